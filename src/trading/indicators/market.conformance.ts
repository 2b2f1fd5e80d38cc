import { existsSync, readFileSync } from 'node:fs'
import { expect } from 'vitest'

/** Bars to try indicators on, recorded and made up, and comparisons with those who know. */
export interface TestBar {
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
}

/**
 * A random walk in cents with calm, wild and flat stretches and bars without volume. It begins
 * moving, since oracles that begin flat divide 0 by 0 and never recover.
 */
export function syntheticBars(seed: number, count: number): TestBar[] {
  let state = (seed | 0) ^ 0x9e3779b9
  const next = () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32
  }
  const cents = (value: number) => Math.round(value * 100) / 100
  const bars: TestBar[] = []
  let close = cents(50 + next() * 1000)
  let reach = 0.01
  for (let index = 0; index < count; index++) {
    if (index % 25 === 0) {
      reach = [0.01, 0.002, 0.05, 0][Math.floor(next() * (index === 0 ? 3 : 4))]!
    }
    const open = close
    close = Math.max(1, cents(open * (1 + reach * (next() * 2 - 1))))
    const high = cents(Math.max(open, close) * (1 + reach * next()))
    const low = cents(Math.min(open, close) * (1 - reach * next()))
    bars.push({ open, high, low, close, volume: next() < 0.1 ? 0 : cents(next() * 5000) })
  }
  return bars
}

const FOLDER = '../shared/data/indicators'

/** For `test.skipIf`: the recorded reference data is not part of the repository. */
export const withoutReference = !existsSync(`${FOLDER}/quotes.csv`)

/** 502 daily bars of Stock.Indicators' tests. */
export function referenceBars(): TestBar[] {
  const lines = readFileSync(`${FOLDER}/quotes.csv`, 'utf8').trim().split('\n').slice(1)
  return lines.map((line) => {
    const [open, high, low, close, volume] = line.split(',').slice(1).map(Number)
    return { open: open!, high: high!, low: low!, close: close!, volume: volume! }
  })
}

/** Stock.Indicators' expected values; null before the first. */
export function referenceValues(name: string): Record<string, (number | null)[]> {
  return JSON.parse(readFileSync(`${FOLDER}/skender_${name}.json`, 'utf8'))
}

/** Equal to `tolerance` of their size, from the first bar to the last, NaN standing for null. */
export function expectSameSeries(
  actual: readonly number[],
  expected: readonly (number | null | undefined)[],
  tolerance = 1e-9,
): void {
  expect(actual.length).toBe(expected.length)
  actual.forEach((value, index) => {
    const wanted = expected[index] ?? Number.NaN
    if (!close(value, wanted, tolerance)) expect({ index, value }).toEqual({ index, value: wanted })
  })
}

/** Equal over the bars that both cover, counted from the last, less the first `skip`. */
export function expectSameEnd(
  actual: readonly number[],
  oracle: readonly (number | null | undefined)[],
  { skip = 0, tolerance = 1e-9 } = {},
): void {
  const bars = Math.min(actual.filter((value) => !Number.isNaN(value)).length, oracle.length) - skip
  expect(bars).toBeGreaterThan(0)
  expectSameSeries(actual.slice(-bars), oracle.slice(-bars), tolerance)
}

/** `tolerance` is of the larger of the two and 1. */
export function close(actual: number, wanted: number, tolerance = 1e-9): boolean {
  if (Number.isNaN(actual) || Number.isNaN(wanted)) return Object.is(actual, wanted)
  const size = Math.max(1, Math.abs(actual), Math.abs(wanted))
  return Math.abs(actual - wanted) <= tolerance * size
}

/** A few recorded values, by the number of the bar, to 1e-9. */
export function expectSamples(
  actual: readonly number[],
  samples: readonly (readonly [bar: number, value: number])[],
): void {
  for (const [bar, value] of samples) {
    if (!close(actual[bar]!, value)) expect({ bar, value: actual[bar] }).toEqual({ bar, value })
  }
}

/** The bars by column, as batch libraries take them. */
export function columns(bars: readonly TestBar[]): Record<keyof TestBar, number[]> {
  const of = (field: keyof TestBar) => bars.map((bar) => bar[field])
  return {
    open: of('open'),
    high: of('high'),
    low: of('low'),
    close: of('close'),
    volume: of('volume'),
  }
}
