import { expect, test } from 'vitest'
import { Priority } from '../event.ts'
import { durable, passing } from './dispatch-fixture.ts'
import { bitOf, PriorityRings } from './priority-rings.ts'

const { CRITICAL, HIGH, NORMAL, LOW, BACKGROUND } = Priority

test('a level gives its events in the order they came, durable or passing', () => {
  const rings = new PriorityRings(100, 100)
  const events = Array.from({ length: 50 }, (_, index) =>
    index % 3 === 0 ? durable(NORMAL, `${index}`) : passing(NORMAL, `${index}`),
  )
  for (const event of events) rings.push(event, 0)

  const left = events.map(() =>
    rings.nextDurable(NORMAL) ? rings.shiftDurable(NORMAL) : rings.shiftPassing(NORMAL),
  )

  expect(left).toEqual(events)
  expect(rings.ready).toBe(0)
})

test('the time an event came with leaves with it, and the oldest of all is known', () => {
  const rings = new PriorityRings(10, 10)
  rings.push(durable(LOW), 11)
  rings.push(passing(CRITICAL), 12)
  const oldest = rings.oldestTime

  rings.shiftPassing(CRITICAL)
  const first = rings.shiftedTime
  rings.shiftDurable(LOW)

  expect([oldest, first, rings.shiftedTime, rings.oldestTime]).toEqual([11, 12, 11, Infinity])
})

test('at the bound of its level an event is not taken, and other levels stay open', () => {
  const rings = new PriorityRings(1, 5)
  rings.push(passing(LOW), 0)

  const same = rings.push(passing(LOW), 0)
  const other = rings.push(passing(HIGH), 0)

  expect([same, other, rings.length]).toEqual([false, true, 2])
})

test('at the bound of all, room is made of the oldest passing event of the lowest level', () => {
  const rings = new PriorityRings(4, 4)
  rings.push(passing(NORMAL, 'n'), 0)
  rings.push(durable(BACKGROUND, 'd'), 0)
  rings.push(passing(BACKGROUND, 'old'), 0)
  rings.push(passing(BACKGROUND, 'new'), 0)

  const taken = rings.push(passing(HIGH), 0)
  const victim = rings.makeRoom(passing(HIGH))
  rings.shiftDurable(BACKGROUND)

  expect([taken, victim]).toEqual([false, BACKGROUND])
  expect(rings.shiftPassing(BACKGROUND).key).toBe('new')
})

test('nothing gives way to a passing event of its own level or of a lower one', () => {
  const rings = new PriorityRings(2, 2)
  rings.push(passing(NORMAL), 0)
  rings.push(passing(NORMAL), 0)

  const victims = [NORMAL, LOW, BACKGROUND].map((level) => rings.makeRoom(passing(level)))

  expect(victims).toEqual([null, null, null])
  expect(rings.length).toBe(2)
})

test('a durable event is made room for by a passing one of its own level', () => {
  const rings = new PriorityRings(2, 9)
  rings.push(passing(NORMAL), 0)
  rings.push(passing(NORMAL), 0)

  const victim = rings.makeRoom(durable(NORMAL))

  expect(victim).toBe(NORMAL)
})

test('a full level is not helped by shedding from another', () => {
  const rings = new PriorityRings(1, 9)
  rings.push(durable(NORMAL), 0)
  rings.push(passing(BACKGROUND), 0)

  const victim = rings.makeRoom(durable(NORMAL))

  expect(victim).toBeNull()
  expect(rings.length).toBe(2)
})

test('a durable event is never shed', () => {
  const rings = new PriorityRings(3, 3)
  for (const level of [NORMAL, LOW, BACKGROUND]) rings.push(durable(level), 0)

  const victim = rings.makeRoom(durable(CRITICAL))

  expect(victim).toBeNull()
  expect(rings.length).toBe(3)
})

test('a held level keeps its durable events and lets the passing ones go', () => {
  const rings = new PriorityRings(4, 4)
  rings.push(durable(HIGH, 'd'), 0)
  rings.push(passing(HIGH, 'p'), 0)

  rings.hold(HIGH)
  const whileHeld = [rings.nextDurable(HIGH), rings.shiftPassing(HIGH).key, rings.ready]
  const released = rings.release()

  expect(whileHeld).toEqual([undefined, 'p', 0])
  expect(released).toBe(bitOf(HIGH) | 0)
  expect(rings.nextDurable(HIGH)?.key).toBe('d')
})
