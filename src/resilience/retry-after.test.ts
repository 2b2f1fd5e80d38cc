import { expect, test } from 'vitest'
import { SimulatedClock } from '../runtime/index.ts'
import { classifyKnown } from './known-errors.ts'
import { retryAfterMsOf } from './retry-after.ts'

const reply = (headers: Record<string, string>) => ({ headers: new Headers(headers) })

test('seconds are milliseconds, and no header is no pause', () => {
  expect(retryAfterMsOf(reply({ 'retry-after': '30' }))).toBe(30_000)
  expect(retryAfterMsOf(reply({ 'retry-after': '0' }))).toBeUndefined()
  expect(retryAfterMsOf(reply({ 'retry-after': 'soon' }))).toBeUndefined()
  expect(retryAfterMsOf(reply({}))).toBeUndefined()
})

test('a date counts from the date of the response, else from our clock', () => {
  const until = { 'retry-after': 'Thu, 01 Jan 1970 00:02:00 GMT' }
  const clock = new SimulatedClock(30_000)

  expect(retryAfterMsOf(reply({ ...until, date: 'Thu, 01 Jan 1970 00:01:00 GMT' }))).toBe(60_000)
  expect(retryAfterMsOf(reply(until), clock)).toBe(90_000)
})

test('a plain 503 without a pause is a failure that opens the circuit, not overload', () => {
  expect(classifyKnown({ status: 503, retryAfterMs: 0 })).toEqual({ errorClass: 'ambiguous' })
  expect(classifyKnown({ status: 503, retryAfterMs: NaN })).toEqual({ errorClass: 'ambiguous' })
  expect(classifyKnown({ status: 503, retryAfterMs: 5 })).toMatchObject({ errorClass: 'overload' })
})
