import { expect, test } from 'vitest'
import { AcceptanceWindow } from './acceptance-window.ts'

/** Slices of one second. */
const windowMs = 40_000

test('an answer counts in the slice its call was sent in, and leaves with it', () => {
  const window = new AcceptanceWindow(windowMs)
  window.moveTo(0)
  const ticket = window.sent()

  window.moveTo(39_000)
  window.answered(ticket, 'accepted')
  expect([window.requests, window.accepts]).toEqual([1, 1])
  window.moveTo(40_000)

  expect([window.requests, window.accepts]).toEqual([0, 0])
})

test('an answer to a call that left the window counts nowhere', () => {
  const window = new AcceptanceWindow(windowMs)
  window.moveTo(0)
  const ticket = window.sent()

  window.moveTo(40_000)
  window.answered(ticket, 'accepted')

  expect([window.requests, window.accepts, window.settledRequests]).toEqual([0, 0, 0])
})

test('silence says nothing at first, and counts against the other side after two slices', () => {
  const window = new AcceptanceWindow(windowMs)
  window.moveTo(0)
  window.sent()

  expect(window.settledRequests).toBe(0)
  window.moveTo(1_000)
  expect(window.settledRequests).toBe(0)
  window.moveTo(2_000)

  expect(window.settledRequests).toBe(1)
})

test('an idle gap empties the window', () => {
  const window = new AcceptanceWindow(windowMs)
  for (let nowMs = 0; nowMs < 40_000; nowMs += 500) {
    window.moveTo(nowMs)
    window.answered(window.sent(), 'declined')
  }
  expect(window.requests).toBe(80)

  window.moveTo(3_600_000)

  expect([window.requests, window.accepts]).toEqual([0, 0])
})
