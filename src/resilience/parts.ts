import { type Clock, createRandom, systemClock } from '../runtime/index.ts'
import { AttemptBudget } from './budget.ts'
import type { Chance } from './isolated-random.ts'

/**
 * What a policy works with when nobody hands it anything: this library is also used alone, where
 * no entry makes a Runtime. Made when first needed, one for the process; whoever passes `clock`,
 * `random` and `budget` never comes here.
 */
export interface Parts {
  readonly clock: Clock
  readonly random: Chance
  /** Shared by all who do not bring their own. */
  readonly budget: AttemptBudget
}

let parts: Parts | undefined

export function defaultParts(): Parts {
  if (parts === undefined) {
    const clock = systemClock()
    parts = { clock, random: createRandom(clock.now()), budget: new AttemptBudget() }
  }
  return parts
}
