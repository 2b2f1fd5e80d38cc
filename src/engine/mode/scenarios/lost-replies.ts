import { createRandom, SimulatedClock } from '../../../runtime/index.ts'
import { Governor } from './governor.ts'
import type { ModeScenario } from './mode-scenario.ts'

/**
 * SAFE opens nothing while the exchange loses replies: an order whose reply was lost is neither
 * filled nor not until the exchange was asked and answered, and till then it is risk nobody can
 * close. Orders that shrink the position go out in both runs.
 */
export const lostReplies: ModeScenario = {
  mode: 'SAFE',
  against: 'NORMAL',
  load:
    '120 s of 4 orders/s, 70 % of them opening; from second 20 to 80 the exchange loses 60 % of ' +
    'its replies, also to the questions what became of an order',
  measure: 'units in opening orders of unknown fate, at the worst moment',
  better: 'less',
  cost: 'units not opened',
  run(seed, governed) {
    const clock = new SimulatedClock()
    const [orders, replies] = [
      createRandom(seed).fork('orders'),
      createRandom(seed).fork('replies'),
    ]
    const unknown: { readonly opening: boolean }[] = []
    let available = 1
    let [worst, refused] = [0, 0]
    const governor = new Governor(clock, governed, {
      dependencies: () => [{ name: 'the exchange', essential: true, available }],
    })
    const isReplyLost = () => {
      const inTrouble = clock.monotonicMs() >= 20_000 && clock.monotonicMs() < 80_000
      const isLost = replies.next() < 0.6 && inTrouble
      available += (Number(!isLost) - available) * LEARNING
      return isLost
    }
    for (let atMs = STEP_MS; atMs <= 120_000; atMs += STEP_MS) {
      clock.setTime(atMs)
      clock.runDueTimers()
      const opening = orders.next() < 0.7
      if (opening && governor.effects.trading !== 'open') refused += 1
      else if (isReplyLost()) unknown.push({ opening })
      // Every five seconds the exchange is asked about each order it never answered for.
      if (atMs % ASK_EVERY_MS === 0) {
        for (const each of unknown.splice(0)) if (isReplyLost()) unknown.push(each)
      }
      // The connection is tried once a second also when nothing is sent.
      if (atMs % 1_000 === 0) isReplyLost()
      worst = Math.max(worst, unknown.filter((each) => each.opening).length)
    }
    return { value: worst, cost: refused, ...governor.history() }
  },
}

const STEP_MS = 250
const ASK_EVERY_MS = 5_000
const LEARNING = 0.05
