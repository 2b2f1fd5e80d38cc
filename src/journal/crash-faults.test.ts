import { expect, test } from 'vitest'
import { crashHistories, historiesTimeoutMs } from './crash-histories.conformance.ts'
import type { Scenario } from './crash.conformance.ts'

const scenarios: readonly Scenario[] = [
  { name: 'short writes', faults: { 'short-write': 0.2 } },
  { name: 'failed flushes', faults: { 'io-error': 0.02 }, killChance: 0.5 },
]

/** A test in which nothing happened proves nothing. */
const met = ['began later', 'crashed while opening', 'kept an unacknowledged record', 'torn tail']

test.each(scenarios)(
  'nothing acknowledged is lost by $name',
  { timeout: historiesTimeoutMs },
  async (scenario) => {
    const { violation, marks } = await crashHistories(scenario)

    expect(violation).toBeUndefined()
    expect(marks).toEqual(expect.arrayContaining(met))
  },
)
