import type { Random } from '../runtime/index.ts'
import type { Events } from './events.ts'

/** All that policies need of chance. */
export type Chance = Pick<Random, 'next'>

/**
 * A generator of the user's, isolated: what it throws is reported, and for that and for anything
 * but a number from 0 to below 1 the middle stands. A wait of NaN milliseconds would never end, and
 * the call that waits would never settle.
 */
export function isolatedRandom(random: Chance, events: Events | undefined): Chance {
  return {
    next() {
      try {
        const chance = random.next()
        if (chance >= 0 && chance < 1) return chance
        events?.threw('random', new RangeError(`random.next gives 0 to below 1, not ${chance}`))
      } catch (error) {
        events?.threw('random', error)
      }
      return 0.5
    },
  }
}
