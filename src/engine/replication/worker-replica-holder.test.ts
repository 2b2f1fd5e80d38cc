import { afterAll, describe, expect, test } from 'vitest'
import { silentLog, systemClock, systemWorkers } from '../../runtime/index.ts'
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
  const holder = await open()
  await holder.offer(offer)
  const waiting = holder.newest('a').catch((error: unknown) => error)

  await holder.close()
  const after = await holder.apply('a', batch(3, 4))
  await holder.offer(offer)
  const again = await holder.newest('a')
  await holder.close()

  expect(await waiting).toMatchObject({ code: 'replica-lost' })
  expect(after).toMatchObject({ refused: 'gap' })
  expect(again).toEqual({ offer, batches: [] })
})
