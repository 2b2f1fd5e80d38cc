import type { ModeScenario } from './mode-scenario.ts'
import { ServiceWorld } from './service-world.ts'

/** ULTRA leaves what the service can still do to the essential calls. */
export const halfLostService: ModeScenario = {
  mode: 'ULTRA',
  against: 'NORMAL',
  load:
    '90 s of 1,000 calls/s, 10 % of them essential; after 10 s the service falls from 20 ' +
    'servers to 8, which can do 800 calls/s',
  measure: '% of essential calls answered within 500 ms',
  better: 'more',
  cost: '% of the other calls not made',
  run(seed, governed) {
    const world = new ServiceWorld(
      {
        seconds: 90,
        troubleFromS: 10,
        callsPerS: 1_000,
        essentialShare: 0.1,
        servers: 20,
        serversInTrouble: 8,
        resentShare: 0,
        hedgeDeclared: true,
        hedgeAfterMs: 100,
        criticalMs: Infinity,
      },
      seed,
      governed,
    )
    const { essentialInTime, othersDropped, history } = world.run()
    return { value: 100 * essentialInTime, cost: 100 * othersDropped, ...history }
  },
}
