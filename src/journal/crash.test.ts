import { expect, test } from 'vitest'
import { type Scenario, tellStory } from './crash.conformance.ts'

const crashSteps = 70
const seeds = 12

const scenarios: readonly Scenario[] = [
  { name: 'power cuts', killChance: 0 },
  { name: 'power cuts and killed processes' },
  { name: 'short writes', faults: { 'short-write': 0.2 } },
  { name: 'failed flushes', faults: { 'io-error': 0.02 }, killChance: 0.5 },
  { name: 'a full disk', faults: { 'disk-full': 0.02 } },
  { name: 'everything', faults: { 'io-error': 0.01, 'disk-full': 0.01, 'short-write': 0.1 } },
]

const seen = new Set<string>()

test.each(scenarios)('nothing acknowledged is lost by $name', async (scenario) => {
  let stories = 0
  for (let step = 1; step <= crashSteps; step++) {
    for (let seed = 1; seed <= seeds; seed++) {
      const { violation, marks } = await tellStory(scenario, seed, step)
      if (violation) expect.fail(`${scenario.name}, seed ${seed}, step ${step}: ${violation}`)
      for (const mark of marks) seen.add(mark)
      stories++
    }
  }
  console.info(`${scenario.name}: ${stories} stories of three lives, all kept their promises`)
})

test('the stories met what they are about', () => {
  expect([...seen].sort()).toEqual([
    'began later',
    'crashed while opening',
    'halted',
    'kept an unacknowledged record',
    'killed',
    'torn tail',
  ])
})
