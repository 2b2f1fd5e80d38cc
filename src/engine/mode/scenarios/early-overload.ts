import type { ModeScenario } from './mode-scenario.ts'
import { QueueWorld } from './queue-world.ts'

/** PRE_SAFE gives up a fifth of the unimportant early, and the rest is in time. */
export const earlyOverload: ModeScenario = {
  mode: 'PRE_SAFE',
  against: 'NORMAL',
  load: '60 s at 106 % of what the loop can handle, 60 points of it LOW and BACKGROUND',
  measure: '% of LOW and BACKGROUND events handled within 1 s',
  better: 'more',
  cost: '% of LOW and BACKGROUND events dropped',
  run(seed, governed) {
    const options = { seconds: 60, perSecond: 10_000, importantPerS: 4_600, passingPerS: 6_000 }
    const { inTime, dropped, history } = new QueueWorld(options, seed, governed).run()
    return { value: 100 * inTime, cost: 100 * dropped, ...history }
  },
}
