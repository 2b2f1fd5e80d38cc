import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SimulatedClock } from '../../runtime/index.ts'
import type { Event, Priority } from '../event.ts'
import { durable, levels, passing } from './dispatch-fixture.ts'
import { Dispatcher } from './dispatcher.ts'
import { WAIT_BOUNDS } from './weighted-service.ts'

/** What happens to a dispatcher from within: events come, room comes and goes, pressure changes. */
type Step =
  | { readonly kind: 'publish'; readonly level: Priority; readonly isDurable: boolean }
  | { readonly kind: 'room'; readonly open: boolean }
  | { readonly kind: 'pressure'; readonly throttleFactor: number; readonly batchMax: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: publishing() },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('room'), open: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('pressure'),
      throttleFactor: fc.constantFrom(0, 0.2, 0.5, 1),
      batchMax: fc.integer({ min: 1, max: 100 }),
    }),
  },
)

function publishing(): fc.Arbitrary<Step> {
  return fc.record({
    kind: fc.constant('publish'),
    level: fc.constantFrom(...levels),
    isDurable: fc.boolean(),
  })
}

test('every event offered is delivered, refused or shed exactly once; no durable one is shed', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 400 }), fc.nat(7), (steps, burst) => {
      const run = running(steps, burst)
      const { accepted, handled, refused, shed } = run.dispatcher.counts()

      expect(accepted + refused).toBe(run.offered.length)
      expect(handled + shed).toBe(accepted)
      expect(run.delivered.length).toBe(handled)
      expect(new Set(run.delivered).size).toBe(handled)
      expect(run.refused.length).toBe(refused)
      expect(keysOf(run.delivered, true)).toEqual(keysOf(run.taken, true))
    }),
    { numRuns: 300 },
  )
})

test('in a level the durable events keep their order, and so do the passing ones', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 400 }), fc.nat(7), (steps, burst) => {
      const { delivered } = running(steps, burst)

      for (const level of levels) {
        for (const isDurable of [true, false]) {
          const ofKind = delivered.filter(
            (event) => event.priority === level && event.durable === isDurable,
          )
          expect(ofKind).toEqual(ofKind.toSorted((a, b) => Number(a.key) - Number(b.key)))
        }
      }
    }),
    { numRuns: 200 },
  )
})

test('no level that waits is passed over more often than its bound says', () => {
  const share = fc.array(fc.constantFrom(...levels), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(share, fc.constantFrom(...levels), (flood, watched) => {
      const worst = worstPassedOver(flood, watched)

      expect(worst).toBeLessThanOrEqual(WAIT_BOUNDS[watched]!)
    }),
    { numRuns: 60 },
  )
})

/** Handles the steps in bursts out of one turn, so that something waits most of the time. */
function running(steps: readonly Step[], burst: number) {
  const offered: Event[] = []
  const taken: Event[] = []
  const refused: Event[] = []
  const delivered: Event[] = []
  let hasRoom = true
  let at = 0
  const dispatcher: Dispatcher = new Dispatcher({
    clock: new SimulatedClock(),
    bound: 12,
    boundOfAll: 30,
    canTake: () => hasRoom,
    deliver: (event) => {
      delivered.push(event)
      for (let left = burst; left > 0 && at < steps.length; left -= 1) perform(steps[at++]!)
    },
  })
  const perform = (next: Step): void => {
    if (next.kind === 'pressure') dispatcher.setPressure(next)
    else if (next.kind === 'publish') offer(next.isDurable, next.level)
    else {
      hasRoom = next.open
      if (hasRoom) dispatcher.resume()
    }
  }
  const offer = (isDurable: boolean, level: Priority) => {
    const event = (isDurable ? durable : passing)(level, `${offered.length}`)
    offered.push(event)
    const isTaken = dispatcher.publish(event) === undefined
    ;(isTaken ? taken : refused).push(event)
  }
  while (at < steps.length) perform(steps[at++]!)
  hasRoom = true
  dispatcher.resume()
  return { dispatcher, offered, taken, refused, delivered }
}

/** Events of `watched` wait all the time, while each delivery brings new ones of the flood. */
function worstPassedOver(flood: readonly Priority[], watched: Priority): number {
  let passedOver = 0
  let worst = 0
  let left = 4_000
  const dispatcher: Dispatcher = new Dispatcher({
    clock: new SimulatedClock(),
    bound: 100,
    boundOfAll: 500,
    canTake: () => true,
    deliver: (event) => {
      const isPassedOver = event.priority !== watched && dispatcher.depth(watched) > 0
      passedOver = isPassedOver ? passedOver + 1 : 0
      worst = Math.max(worst, passedOver)
      left -= 1
      if (left < 0) return
      for (const level of [watched, flood[left % flood.length]!, flood[0]!]) {
        dispatcher.publish(durable(level))
      }
    },
  })
  dispatcher.publish(passing(watched))
  return worst
}

function keysOf(events: readonly Event[], isDurable: boolean): string[] {
  return events
    .filter((event) => event.durable === isDurable)
    .map((event) => event.key)
    .toSorted()
}
