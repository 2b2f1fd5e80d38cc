/**
 * The crash test, tested: each planted bug must be caught, and by a crash history alone. If one
 * survives, the fault is in `crash.conformance.ts` (or the journal has become immune to the bug,
 * and then this file should say so).
 */
import { expect, test } from 'vitest'
import * as broken from './broken-disk.conformance.ts'
import { type Scenario, tellStory } from './crash.conformance.ts'

const storiesMax = 3000

const mutants: readonly Scenario[] = [
  { name: 'acknowledges before the write', plant: broken.acknowledgesBeforeWrite },
  { name: 'acknowledges before the flush', plant: broken.acknowledgesBeforeFlush },
  { name: 'has no checksum', plant: broken.hasNoChecksum },
  {
    name: 'ignores a short write',
    plant: broken.ignoresShortWrites,
    faults: { 'short-write': 0.2 },
  },
  {
    name: 'retries a failed flush',
    plant: broken.retriesFailedFlush,
    faults: { 'io-error': 0.02 },
  },
  { name: 'keeps the torn tail', plant: broken.keepsTornTail, lengths: [60] },
  { name: 'never flushes the folder', plant: broken.neverFlushesFolder },
  { name: 'leaves the last batch to the seal', plant: broken.leavesLastBatchToTheSeal },
  { name: 'removes segments before the head is safe', plant: broken.neverFlushesTheHead },
  {
    name: 'trusts the page cache after a failed flush',
    plant: broken.trustsThePageCache,
    faults: { 'io-error': 0.02 },
    killChance: 0.5,
  },
]

test.each(mutants)('a journal that $name is caught', async (mutant) => {
  const { stories, violation } = await huntDown(mutant)

  console.info(`${mutant.name}: caught after ${stories} crash histories: ${violation}`)
  expect(violation, `survived ${stories} stories`).toBeDefined()
})

async function huntDown(mutant: Scenario): Promise<{ stories: number; violation?: string }> {
  for (let stories = 1; stories <= storiesMax; stories++) {
    const { violation } = await tellStory(mutant, stories, 1 + (stories % 70))
    if (violation) return { stories, violation }
  }
  return { stories: storiesMax }
}
