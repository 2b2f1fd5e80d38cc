/**
 * The crash histories of a scenario: a crash at each of the first operations of a life, many seeds
 * each, and lives after it that crash too. With those of all test files there are over 100,000; the
 * first 5,000 did not find that a head which a failed flush dropped was believed at the next start.
 */
import { SimulatedClock } from '../runtime/index.ts'
import { type Scenario, tellStory } from './crash.conformance.ts'

const crashSteps = 70
const seeds = 239
const turnEvery = 500
export const historiesTimeoutMs = 300_000

export interface CrashHistories {
  /** Undefined when all kept their promises. */
  readonly violation: string | undefined
  /** What happened in any of them. */
  readonly marks: readonly string[]
}

export async function crashHistories(scenario: Scenario): Promise<CrashHistories> {
  const seen = new Set<string>()
  const clock = new SimulatedClock()
  let histories = 0
  for (let step = 1; step <= crashSteps; step++) {
    for (let seed = 1; seed <= seeds; seed++) {
      const { violation, marks } = await tellStory(scenario, seed, step)
      if (violation) return { violation: `seed ${seed}, step ${step}: ${violation}`, marks: [] }
      for (const mark of marks) seen.add(mark)
      // Lets the test runner hear from us.
      if (++histories % turnEvery === 0) await clock.settle()
    }
  }
  console.info(`${scenario.name}: ${histories} crash histories, all kept their promises`)
  return { violation: undefined, marks: [...seen].sort() }
}
