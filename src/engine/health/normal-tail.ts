import { exponential, naturalLog } from '../../runtime/index.ts'

/**
 * The natural logarithm of the chance that a standard normal value is above `y`, to 1e-9 and
 * without ever reaching minus infinity, however far out: the tail itself would be 0 from 39 on.
 *
 * Around 0 by the series of the distribution function, beyond by Laplace's continued fraction
 * (Abramowitz and Stegun 26.2.11 and 26.2.14).
 */
export function logNormalTail(y: number): number {
  const logDensity = (-y * y) / 2 - HALF_LOG_2_PI
  if (y > 2) return logDensity - naturalLog(continuedFraction(y))
  if (y < -2) return naturalLog(1 - exponential(logNormalTail(-y)))
  return naturalLog(0.5 - centreMass(y))
}

/** The chance of a value between 0 and `y`, negative below 0. */
function centreMass(y: number): number {
  let term = y
  let sum = y
  for (let odd = 3; odd < 201; odd += 2) {
    term *= (-y * y * (odd - 2)) / (odd * (odd - 1))
    sum += term
  }
  return sum * DENSITY_AT_0
}

function continuedFraction(y: number): number {
  let value = y
  for (let step = 200; step >= 1; step -= 1) value = y + step / value
  return value
}

const HALF_LOG_2_PI = 0.9189385332046727
const DENSITY_AT_0 = 0.3989422804014327
