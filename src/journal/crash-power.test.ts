import { expect, test } from 'vitest'
import { crashHistories, historiesTimeoutMs } from './crash-histories.conformance.ts'
import type { Scenario } from './crash.conformance.ts'

const scenarios: readonly Scenario[] = [
  { name: 'power cuts', killChance: 0 },
  { name: 'power cuts and killed processes' },
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
