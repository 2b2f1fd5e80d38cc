import type { ModeScenario } from './mode-scenario.ts'
import { QueueWorld } from './queue-world.ts'

/** RECOVERY gives the time of the unimportant and of checkpoints to what is being restored. */
export const restoration: ModeScenario = {
  mode: 'RECOVERY',
  against: 'NORMAL',
  load: '60,000 events to replay beside 80 % live load, 50 points of it LOW and BACKGROUND',
  measure: 's until the essential component is back',
  better: 'less',
  cost: '% of LOW and BACKGROUND events dropped',
  run(seed, governed) {
    const world = new QueueWorld(
      {
        seconds: 30,
        perSecond: 10_000,
        importantPerS: 3_000,
        passingPerS: 5_000,
        toRestore: 60_000,
        checkpoint: { everyS: 5, takesMs: 100 },
      },
      seed,
      governed,
    )
    const { restoredAfterS, dropped, history } = world.run()
    return { value: restoredAfterS, cost: 100 * dropped, ...history }
  },
}
