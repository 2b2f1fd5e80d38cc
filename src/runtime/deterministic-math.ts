/**
 * Logarithm and exponential that give the same bits on every machine and every Node version.
 *
 * `Math.log` and `Math.exp` may differ in the last bit between engines, which is enough to make
 * two runs of one seed part. These use only + - * / and bit views, which IEEE 754 fixes, and are
 * within 1e-15 (relative) of the true value.
 */
const double = new Float64Array(1)
const words = new Uint32Array(double.buffer)
const highWord = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0

/** ln 2 in two parts, the first with 21 trailing zero bits, so that `k * ln2High` is exact. */
const ln2High = 6.9314718036912381649e-1
const ln2Low = 1.90821492927058770002e-10
const squareRootOf2 = 1.4142135623730951

/** ln(x) = k ln 2 + 2 artanh((m - 1) / (m + 1)), with x = m 2^k and m around 1. */
export function naturalLog(x: number): number {
  if (x !== x || x < 0) return Number.NaN
  if (x === 0) return -Infinity
  if (x === Infinity) return Infinity
  let exponent = 0
  if (x < 2 ** -1022) {
    x *= 2 ** 54
    exponent = -54
  }
  double[0] = x
  const high = words[highWord] as number
  exponent += (high >>> 20) - 1023
  words[highWord] = (high & 0xfffff) | (1023 << 20)
  let mantissa = double[0]
  if (mantissa > squareRootOf2) {
    mantissa /= 2
    exponent++
  }
  const s = (mantissa - 1) / (mantissa + 1)
  const square = s * s
  let series = 0
  for (let odd = 23; odd >= 3; odd -= 2) series = (series + 1 / odd) * square
  return exponent * ln2High + (2 * s + (2 * s * series + exponent * ln2Low))
}

/** e^x = 2^k e^r, with r at most half of ln 2, by the series around zero. */
export function exponential(x: number): number {
  if (x !== x) return x
  if (x > 709.782712893384) return Infinity
  if (x < -745.1332191019412) return 0
  const k = Math.floor(x / (ln2High + ln2Low) + 0.5)
  const r = x - k * ln2High - k * ln2Low
  let series = 1
  for (let term = 14; term >= 1; term--) series = 1 + (series * r) / term
  const half = k >> 1
  return series * powerOf2(half) * powerOf2(k - half)
}

/** For -1022 <= k <= 1023. */
function powerOf2(k: number): number {
  words[highWord] = (k + 1023) << 20
  words[1 - highWord] = 0
  return double[0] as number
}
