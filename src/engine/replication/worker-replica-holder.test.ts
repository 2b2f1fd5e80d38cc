import { afterAll, describe, expect, test } from 'vitest'
import {
  silentLog,
  SimulatedClock,
  SimulatedWorkers,
  systemClock,
  systemWorkers,
} from '../../runtime/index.ts'
import { stateOffer } from './replica.ts'
import { batch, replicaHolderConformance } from './replica-holder.conformance.ts'
import { WorkerReplicaHolder } from './worker-replica-holder.ts'

const open = () =>
  WorkerReplicaHolder.open({
    name: 'thread',
    clock: systemClock(),
    log: silentLog,
    workers: systemWorkers(),
    deadlineMs: 30_000,
  })
const offer = stateOffer('a', 3, new Map([['a', { version: 1, text: '{}' }]]))

describe('in a thread', () => {
  const opened: WorkerReplicaHolder[] = []
  afterAll(() => Promise.all(opened.map((holder) => holder.close())))

  replicaHolderConformance(async () => {
    opened.push(await open())
    return opened.at(-1)!
  })
})

test('when its thread ends, what waits is rejected and another one begins with nothing', async () => {
  const clock = new SimulatedClock()
  const workers = new SimulatedWorkers(clock)
  const options = { name: 'thread', clock, log: silentLog, workers }
  const holder = await WorkerReplicaHolder.open(options)
  const answered = async <Value>(answer: Promise<Value>) => {
    await clock.advance(500)
    return answer
  }
  await answered(holder.offer(offer))
  const waiting = holder.newest('a').catch((error: unknown) => error)

  await answered(holder.close())
  const after = await answered(holder.apply('a', batch(3, 4)))
  await answered(holder.offer(offer))
  const again = await answered(holder.newest('a'))
  await answered(holder.close())

  expect(await waiting).toMatchObject({ code: 'replica-lost' })
  expect(after).toMatchObject({ refused: 'gap' })
  expect(again).toEqual({ offer, batches: [] })
  expect(workers.threads).toEqual([])
})
