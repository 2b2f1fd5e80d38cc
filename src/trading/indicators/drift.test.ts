import { expect, test } from 'vitest'
import { close } from './market.conformance.ts'
import { Mfi } from './mfi.ts'
import { Obv } from './obv.ts'
import { Sma } from './sma.ts'
import { StandardDeviation } from './standard-deviation.ts'
import { Vwap } from './vwap.ts'
import { Wma } from './wma.ts'

/**
 * A million bars must not wear an indicator down: whatever passed through it, its value equals
 * the direct computation to 1e-9. Every thousandth value is a million times the others, so that a
 * plain running sum would be left with its rounding.
 */
const BARS = 1_000_000
const PERIOD = 20
const values = wildValues()
/** Compared at ordinary places, long after and just after a huge value has left the window. */
const checked = Array.from({ length: 200 }, (_, index) => (index + 1) * 5_000 - 1 - (index % 700))

test('the simple moving average does not drift', () => {
  const sma = new Sma(PERIOD)

  expectDirect((value) => sma.update(value), mean)
})

test('the weighted moving average does not drift', () => {
  const wma = new Wma(PERIOD)
  const weights = (PERIOD * (PERIOD + 1)) / 2

  expectDirect(
    (value) => wma.update(value),
    (window) => window.reduce((sum, value, index) => sum + value * (index + 1), 0) / weights,
  )
})

test('the standard deviation does not drift', () => {
  const deviation = new StandardDeviation(PERIOD)

  expectDirect(
    (value) => deviation.update(value),
    (window) => Math.sqrt(mean(window.map((value) => (value - mean(window)) ** 2))),
  )
})

test('the money flow index does not drift', () => {
  const mfi = new Mfi(PERIOD - 1)

  expectDirect(
    (value) => mfi.update(value, value, value, value),
    (window) => {
      const flows = window.slice(1).map((value, index) => {
        return value > window[index]! ? value * value : -value * value
      })
      const flowIn = flows.reduce((sum, flow) => sum + Math.max(flow, 0), 0)
      return (100 * flowIn) / flows.reduce((sum, flow) => sum + Math.abs(flow), 0)
    },
  )
})

test('what is summed since the first bar equals exact arithmetic', () => {
  const obv = new Obv()
  const vwap = new Vwap()
  let balance = 0n
  let traded = 0n
  let volume = 0n

  values.forEach((value, bar) => {
    obv.update(value, value)
    vwap.update(value, value)
    const whole = BigInt(Math.round(value * 1e4))
    if (bar > 0 && value !== values[bar - 1]) balance += value > values[bar - 1]! ? whole : -whole
    traded += whole * whole
    volume += whole
  })

  expect(close(obv.value, Number(balance) / 1e4)).toBe(true)
  expect(close(vwap.value, Number(traded) / Number(volume) / 1e4)).toBe(true)
})

function expectDirect(
  update: (value: number) => number,
  direct: (window: readonly number[]) => number,
): void {
  const streamed = values.map(update)
  for (const bar of checked) {
    const wanted = direct(values.slice(bar - PERIOD + 1, bar + 1))
    if (!close(streamed[bar]!, wanted))
      expect({ bar, value: streamed[bar] }).toEqual({ bar, wanted })
  }
}

function mean(window: readonly number[]): number {
  return window.reduce((sum, value) => sum + value, 0) / window.length
}

function wildValues(): number[] {
  let state = 7
  return Array.from({ length: BARS }, (_, bar) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const value = Math.round((state / 2 ** 32) * 1e6 + 1) / 1e4
    return bar % 1000 === 500 ? value * 1e6 : value
  })
}
