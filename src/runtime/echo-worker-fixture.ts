import type { WorkerPort } from './workers.ts'

/** Does what it is told, for the tests of every `Workers`. */
export default function echo(port: WorkerPort): void {
  if (port.data === 'end') return
  if (port.data === 'throw') throw new Error('at the start')
  port.onMessage((message) => obey(port, message as EchoOrder))
}

export type EchoOrder =
  | { readonly do: 'echo'; readonly value: unknown }
  | { readonly do: 'data' | 'throw' | 'spin' | 'leak' | 'memory' | 'environment' | 'later' }

function obey(port: WorkerPort, order: EchoOrder): void {
  switch (order.do) {
    case 'echo':
      return port.post(order.value)
    case 'data':
      return port.post(port.data)
    case 'memory':
      return port.post(port.memoryMb())
    case 'environment':
      return port.post(Object.keys(process.env))
    case 'later':
      return void port.clock.after(5, () => port.post('later'))
    case 'throw':
      throw new Error('as it was told')
    case 'spin':
      for (;;) spun += 1
    case 'leak':
      for (;;) leaked.push(new Array<number>(10_000).fill(spun))
  }
}

let spun = 0.5
const leaked: number[][] = []
