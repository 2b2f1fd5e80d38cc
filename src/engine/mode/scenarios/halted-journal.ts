import { createRandom, SimulatedClock } from '../../../runtime/index.ts'
import { Governor } from './governor.ts'
import type { ModeScenario } from './mode-scenario.ts'

/**
 * EMERGENCY takes back what works at the exchange once nothing can be recorded: what is filled
 * after that is known to nobody here. The other run leaves the orders where they are.
 */
export const haltedJournal: ModeScenario = {
  mode: 'EMERGENCY',
  against: 'NORMAL',
  load:
    '20 orders rest 1 to 20 ticks below a price that walks by a tick every 100 ms; after 10 s ' +
    'the journal halts for 5 minutes; a cancellation takes 200 ms',
  measure: 'units filled without a record',
  better: 'less',
  cost: 'orders cancelled',
  run(seed, governed) {
    const clock = new SimulatedClock()
    const random = createRandom(seed)
    let halted: string | null = null
    const governor = new Governor(clock, governed, {
      facts: () => ({ halted, restoring: null, essentialFailing: null }),
    })
    let price = 0
    let cancelledAtMs = Infinity
    let [unrecorded, cancelled] = [0, 0]
    let working = Array.from({ length: 20 }, (_, index) => -1 - index)
    for (let atMs = STEP_MS; atMs <= 310_000; atMs += STEP_MS) {
      clock.setTime(atMs)
      clock.runDueTimers()
      if (atMs === 10_000) {
        halted = 'a flush failed'
        governor.look()
      }
      price += random.next() < 0.5 ? 1 : -1
      const left = working.filter((at) => at < price)
      if (halted !== null) unrecorded += working.length - left.length
      working = left
      if (governor.effects.cancelWorking) cancelledAtMs = Math.min(cancelledAtMs, atMs + CANCEL_MS)
      if (atMs >= cancelledAtMs) {
        cancelled += working.length
        working = []
      }
    }
    return { value: unrecorded, cost: cancelled, ...governor.history() }
  },
}

const STEP_MS = 100
const CANCEL_MS = 200
