import { expect, test } from 'vitest'
import { Priority } from '../event.ts'
import { durable, levels, passing } from './dispatch-fixture.ts'
import { Throttle } from './throttle.ts'

const passed = (throttle: Throttle, level: Priority, offered: number) =>
  Array.from({ length: offered }, () => throttle.refusal(passing(level))).filter(
    (refusal) => !refusal,
  ).length

test('untouched it lets everything in', () => {
  const throttle = new Throttle()

  const counts = levels.map((level) => passed(throttle, level, 100))

  expect(counts).toEqual([100, 100, 100, 100, 100])
})

test.each([0, 0.2, 0.3, 0.5, 0.7, 0.8, 1])(
  'factor %d lets in its share of LOW and BACKGROUND and all of the others',
  (factor) => {
    const throttle = new Throttle()
    throttle.setFactor(factor)

    const counts = levels.map((level) => passed(throttle, level, 1_000))

    const share = factor * 1_000
    expect(counts).toEqual([1_000, 1_000, 1_000, share, share])
  },
)

test('the share holds over every stretch to within one event', () => {
  const throttle = new Throttle()
  throttle.setFactor(0.3)
  const letIn = Array.from({ length: 500 }, () => !throttle.refusal(passing(Priority.LOW)))

  for (let from = 0; from < 400; from += 7) {
    const among = letIn.slice(from, from + 100).filter(Boolean).length
    expect(Math.abs(among - 30)).toBeLessThanOrEqual(1)
  }
})

test('a durable event is never throttled', () => {
  const throttle = new Throttle()
  throttle.setFactor(0)

  const refusals = levels.map((level) => throttle.refusal(durable(level)))

  expect(refusals.every((refusal) => refusal === undefined)).toBe(true)
})

test('the refusal says what is let in', () => {
  const throttle = new Throttle()
  throttle.setFactor(0.2)

  const refusal = throttle.refusal(passing(Priority.BACKGROUND))

  expect(refusal).toEqual({
    ok: false,
    refused: 'throttled',
    reason: '20 % of the BACKGROUND events are let in at present',
  })
})
