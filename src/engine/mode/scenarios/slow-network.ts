import type { ModeScenario } from './mode-scenario.ts'
import { ServiceWorld } from './service-world.ts'

/** LATENCY buys a short tail with second attempts, which the service has room for. */
export const slowNetwork: ModeScenario = {
  mode: 'LATENCY',
  against: 'NORMAL',
  load:
    '90 s of 500 calls/s, 25 % of what the service can do; after 10 s the network loses 8 % of ' +
    'the answers once, which then come 300 ms late',
  measure: 'ms p99 of all calls',
  better: 'less',
  cost: 'extra attempts for 100 calls',
  run(seed, governed) {
    const world = new ServiceWorld(
      {
        seconds: 90,
        troubleFromS: 10,
        callsPerS: 500,
        essentialShare: 0.5,
        servers: 20,
        serversInTrouble: 20,
        resentShare: 0.08,
        hedgeDeclared: false,
        hedgeAfterMs: 50,
        criticalMs: 25,
      },
      seed,
      governed,
    )
    const { p99Ms, extraAttempts, history } = world.run()
    return { value: p99Ms, cost: 100 * extraAttempts, ...history }
  },
}
