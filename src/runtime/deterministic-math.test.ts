import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exponential, naturalLog } from './deterministic-math.ts'

const within = (value: number, exact: number, relative: number) =>
  Object.is(value, exact) || Math.abs(value - exact) <= Math.abs(exact) * relative

test('naturalLog agrees with Math.log over all positive doubles', () => {
  fc.assert(
    fc.property(fc.double({ min: Number.MIN_VALUE, noNaN: true }), (x) => {
      expect(within(naturalLog(x), Math.log(x), 1e-13)).toBe(true)
    }),
    { numRuns: 5_000 },
  )
})

test('naturalLog keeps its precision beside 1, where the result is nearly nothing', () => {
  fc.assert(
    fc.property(fc.double({ min: -0.3, max: 0.3, noNaN: true }), (step) => {
      expect(within(naturalLog(1 + step), Math.log(1 + step), 1e-13)).toBe(true)
    }),
    { numRuns: 5_000 },
  )
})

test('exponential agrees with Math.exp from underflow to overflow', () => {
  fc.assert(
    fc.property(fc.double({ min: -708, max: 709.7, noNaN: true }), (x) => {
      expect(within(exponential(x), Math.exp(x), 1e-13)).toBe(true)
    }),
    { numRuns: 5_000 },
  )
})

test('the edges are those of Math', () => {
  for (const x of [0, 1, Infinity, -1, Number.NaN]) expect(naturalLog(x)).toBe(Math.log(x))
  for (const x of [0, Infinity, -Infinity, Number.NaN, 710, -746]) {
    expect(exponential(x)).toBe(Math.exp(x))
  }
})

test('the bits are those recorded, on every Node', () => {
  const samples = [1e-300, 0.1, 0.5, 0.75, 1.5, 2, 10, 12_345.678, 1e300]

  const sums = [naturalLog, (x: number) => exponential(naturalLog(x) / 3)].map((f) =>
    Buffer.from(new Float64Array(samples.map((x) => f(x))).buffer).toString('base64'),
  )

  expect(sums).toMatchInlineSnapshot(`
    [
      "tX/4RzSWhcAVVbW7sWsCwO85+v5CLua/kts0EWJp0r9MmL/sI/PZP+85+v5CLuY/FlW1u7FrAkAxHnlZldciQLV/+Ec0loVA",
      "uQWO5C7/Kyvzzwt2x7TdPz1uPaX+Zek/f6LxCu0S7T/1grDhv1DyP4tyjfmiKPQ/T3A4QUg8AUAICkPGrhw3QCTDlCWtSbJU",
    ]
  `)
})
