import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { SubjectName } from '../engine/subject.ts'
import type { Row } from '../row.ts'

/**
 * Events a second through dispatcher, router, circuit breaker, swept deadline and histogram, with
 * handlers that answer at once and with handlers that return a promise; moleculer 0.14.36 with
 * timeout, retry, breaker and bulkhead in the same run; and what a million waiting events cost.
 */
export async function run(): Promise<Row[]> {
  const rates = new Map<SubjectName, number>()
  for (const name of names) rates.set(name, await rateOf(name))
  const rate = (name: SubjectName) => Math.round(rates.get(name)!)
  const peer = Math.max(rate('moleculer one by one'), rate('moleculer 64 in flight'))
  return [
    { name: 'synchronous', value: rate('synchronous'), unit: 'events/s', target: '>= 3000000' },
    { name: 'asynchronous', value: rate('asynchronous'), unit: 'events/s', target: '>= 1500000' },
    ...names.slice(3).map((name) => ({
      name: `${name}, timeout + retry + breaker + bulkhead`,
      value: rate(name),
      unit: 'events/s',
      peerOf: 'asynchronous',
    })),
    { name: 'asynchronous, in times of moleculer', value: rate('asynchronous') / peer, unit: 'x' },
    {
      name: 'a backlog of 1 million slows by',
      value: Math.max(0, 1 - rate('backlog') / rate('synchronous')) * 100,
      unit: '%',
      target: '<= 10',
    },
  ]
}

const names: readonly SubjectName[] = [
  'synchronous',
  'backlog',
  'asynchronous',
  'moleculer one by one',
  'moleculer 64 in flight',
]

function rateOf(name: SubjectName): Promise<number> {
  const child = fork(fileURLToPath(new URL('../engine/child.ts', import.meta.url)), [name], {
    execArgv: process.execArgv,
    timeout: DEADLINE_MS,
    killSignal: 'SIGKILL',
  })
  return new Promise((resolve, reject) => {
    let rate: number | undefined
    child.once('message', (message) => {
      rate = message as number
    })
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      if (rate !== undefined && code === 0) resolve(rate)
      else reject(new Error(`${name}: ${signal ?? `exit code ${code}`}`))
    })
  })
}

const DEADLINE_MS = 120_000
