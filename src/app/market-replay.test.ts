import { expect, test } from 'vitest'
import type { Coordinator } from '../engine/index.ts'
import { settle } from './market-replay.ts'

/** A coordinator and an exchange that write down in which order they are asked. */
function parts(options: { readonly dues: number[]; readonly busyFor?: number }) {
  const steps: string[] = []
  let busy = options.busyFor ?? 0
  const coordinator = {
    async settled() {
      steps.push('settled')
    },
    get idle() {
      busy -= 1
      return busy < 0
    },
  } as unknown as Coordinator
  const exchange = {
    get waiting() {
      return options.dues.length > 0
    },
    get nextDue() {
      return options.dues[0] ?? Infinity
    },
  }
  /** Gives what is due by `now`. */
  const deliver = (now: number) => () => {
    steps.push('deliver')
    while (options.dues[0] !== undefined && options.dues[0] <= now) options.dues.shift()
  }
  return { coordinator, exchange, deliver, steps }
}

test('with nothing on its way one look at the journal is enough', async () => {
  const { coordinator, exchange, deliver, steps } = parts({ dues: [] })

  await settle(coordinator, exchange, deliver(10))

  expect(steps).toEqual(['settled'])
})

test('everything due is given, and what that decided is settled too', async () => {
  const { coordinator, exchange, deliver, steps } = parts({ dues: [5, 10] })

  await settle(coordinator, exchange, deliver(10))

  expect(steps).toEqual(['settled', 'deliver', 'settled'])
})

test('what belongs to a later time is left for it', async () => {
  const { coordinator, exchange, deliver, steps } = parts({ dues: [11] })

  await settle(coordinator, exchange, deliver(10))

  expect(steps).toEqual(['settled', 'deliver'])
  expect(exchange.nextDue).toBe(11)
})

test('what a delivery set going is settled before the end, however little is left', async () => {
  const { coordinator, exchange, deliver, steps } = parts({ dues: [11], busyFor: 1 })

  await settle(coordinator, exchange, deliver(10))

  expect(steps).toEqual(['settled', 'deliver', 'settled', 'deliver'])
})

test('a journal that halted ends it with its reason', async () => {
  const { exchange, deliver } = parts({ dues: [1] })
  const settled = () => Promise.reject(new Error('the journal halted'))
  const coordinator = { settled, idle: false } as unknown as Coordinator

  await expect(settle(coordinator, exchange, deliver(10))).rejects.toThrow('the journal halted')
})
