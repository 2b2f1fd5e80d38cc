import type { ModeScenario } from './mode-scenario.ts'
import { QueueWorld } from './queue-world.ts'

/** NORMAL is right when nothing is wrong: caution without a cause loses half of the unimportant. */
export const calmDay: ModeScenario = {
  mode: 'NORMAL',
  against: 'SAFE',
  load: '60 s at 60 % of what the loop can handle, 35 points of it LOW and BACKGROUND',
  measure: '% of LOW and BACKGROUND events handled within 1 s',
  better: 'more',
  cost: '% of LOW and BACKGROUND events dropped',
  run(seed, governed) {
    const options = { seconds: 60, perSecond: 10_000, importantPerS: 2_500, passingPerS: 3_500 }
    const { inTime, dropped, history } = new QueueWorld(options, seed, governed).run()
    return { value: 100 * inTime, cost: 100 * dropped, ...history }
  },
}
