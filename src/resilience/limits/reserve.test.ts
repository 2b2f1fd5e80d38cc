import { expect, test } from 'vitest'
import type { Criticality } from '../criticality.ts'
import { Reserve } from './reserve.ts'

const rooms = (reserve: Reserve, limit: number) =>
  ([0, 1, 2, 3, 4] as const).map((level) => reserve.room(level, limit))

function send(reserve: Reserve, count: number, level: Criticality): void {
  for (let call = 0; call < count; call++) reserve.sent(level)
}

test('any level may use all but the one place kept for essential calls', () => {
  expect(rooms(new Reserve(), 20)).toEqual([19, 19, 19, 19, 20])
})

test('a limit too small to spare a place keeps none', () => {
  expect(rooms(new Reserve(), 4)).toEqual([4, 4, 4, 4, 4])
})

test('what a level wanted at once is kept free for it from those below', () => {
  const reserve = new Reserve()
  send(reserve, 6, 3)
  for (let call = 0; call < 6; call++) reserve.settled(3)

  expect(rooms(reserve, 20)).toEqual([14, 14, 14, 19, 20])
})

test('places that more critical calls already have are not kept twice', () => {
  const reserve = new Reserve()
  send(reserve, 6, 3)

  expect(rooms(reserve, 20)).toEqual([19, 19, 19, 19, 20])
})

test('calls turned away make room for the next of their kind', () => {
  const reserve = new Reserve()
  send(reserve, 19, 0)

  for (let call = 0; call < 5; call++) reserve.refused(2)

  expect(rooms(reserve, 20)).toEqual([15, 15, 19, 19, 20])
})

test('calls turned away one after the other were not wanted at once', () => {
  const reserve = new Reserve()

  for (let call = 0; call < 10; call++) {
    reserve.refused(3)
    reserve.sent(3)
    reserve.settled(3)
  }

  expect(reserve.room(0, 20)).toBe(19)
})

test('a level never has more room than one above it', () => {
  const reserve = new Reserve()
  send(reserve, 4, 4)
  for (let call = 0; call < 4; call++) reserve.settled(4)
  send(reserve, 8, 2)

  expect(rooms(reserve, 20)).toEqual([16, 16, 16, 16, 20])
})

test('what was wanted is forgotten after two windows', () => {
  const reserve = new Reserve()
  send(reserve, 6, 3)
  for (let call = 0; call < 6; call++) reserve.settled(3)

  reserve.endWindow()
  expect(reserve.room(0, 20)).toBe(14)
  reserve.endWindow()

  expect(reserve.room(0, 20)).toBe(19)
})
