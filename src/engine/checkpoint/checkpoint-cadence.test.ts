import { expect, test } from 'vitest'
import { checkpointDue } from './checkpoint-cadence.ts'

const cadence = { everyMs: 60_000, everyEvents: 1_000 }
const quiet = { factor: 1, events: 1, savedMs: 10_000, triedMs: 10_000 }

test.each([
  ['the time has passed', { savedMs: 60_000, triedMs: 60_000 }, true],
  ['a millisecond is missing', { savedMs: 59_999, triedMs: 59_999 }, false],
  ['so many events came', { events: 1_000 }, true],
  ['an event is missing', { events: 999 }, false],
  ['no event came at all', { events: 0, savedMs: 600_000, triedMs: 600_000 }, false],
  ['a factor of 2 halves the time', { factor: 2, savedMs: 30_000 }, true],
  ['a factor of 2 halves the events', { factor: 2, events: 500 }, true],
  ['a factor of a half doubles the time', { factor: 0.5, savedMs: 60_000 }, false],
  ['the last attempt was a moment ago', { events: 5_000, savedMs: 90_000, triedMs: 2_999 }, false],
  ['the attempt before is long enough ago', { events: 5_000, triedMs: 3_000 }, true],
])('when %s', (_, since, due) => {
  expect(checkpointDue(cadence, { ...quiet, ...since })).toBe(due)
})
