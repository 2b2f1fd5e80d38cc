import { describe, expect, test } from 'vitest'
import { MemoryReplicaHolder } from './memory-replica-holder.ts'
import { stateOffer } from './replica.ts'
import { batch, replicaHolderConformance } from './replica-holder.conformance.ts'

describe('in memory', () => {
  replicaHolderConformance(async () => new MemoryReplicaHolder({ name: 'memory' }))
})

test('events after an offer are bounded; a new offer makes room', async () => {
  const holder = new MemoryReplicaHolder({ name: 'memory', eventsMax: 3 })
  await holder.offer(stateOffer('a', 0, new Map()))
  await holder.apply('a', batch(0, 1, 2))

  const tooMany = await holder.apply('a', batch(2, 3, 4))
  await holder.offer(stateOffer('a', 4, new Map()))
  const later = await holder.apply('a', batch(4, 5, 6))

  expect(tooMany).toMatchObject({ refused: 'full' })
  expect(later).toBeUndefined()
})
