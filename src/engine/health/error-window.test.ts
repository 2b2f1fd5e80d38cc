import { expect, test } from 'vitest'
import { ErrorWindow } from './error-window.ts'

test('only the last looks count', () => {
  const window = new ErrorWindow(3)
  window.look(100, 50)
  window.look(200, 50)
  window.look(300, 50)

  window.look(400, 51)

  expect([window.handled, window.failed]).toEqual([300, 1])
})

test('until the window is full everything since the start counts', () => {
  const window = new ErrorWindow(3)

  window.look(10, 2)

  expect([window.handled, window.failed]).toEqual([10, 2])
})

test('one failure of one event is no hundred per cent', () => {
  const window = new ErrorWindow(3)

  window.look(1, 1)

  expect(window.rate(20)).toBe(0.05)
})

test('counters that went back begin anew', () => {
  const window = new ErrorWindow(3)
  window.look(100, 50)

  window.look(5, 1)

  expect([window.handled, window.failed]).toEqual([5, 1])
})
