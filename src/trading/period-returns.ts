/**
 * An equity curve as returns of equal periods: UTC days, or where there are fewer than
 * `RETURNS_MIN` of them hours; null where even those are too few.
 *
 * A point exactly on a boundary ends the period before it, as the close of the day's last bar
 * does. A period without a point had no change: its return is 0. The first and the last period
 * may be shorter.
 */
export interface PeriodReturns {
  readonly periodMs: number
  readonly returns: readonly number[]
}

const RETURNS_MIN = 10
const PERIODS_MS = [86_400_000, 3_600_000]

export function periodReturns(
  times: ArrayLike<number>,
  equity: ArrayLike<number>,
): PeriodReturns | null {
  if (equity.length < 2) return null
  const first = times[0]!
  const last = times[times.length - 1]!
  for (const periodMs of PERIODS_MS) {
    const count = Math.ceil(last / periodMs) - Math.floor(first / periodMs)
    if (count < RETURNS_MIN) continue
    const returns = returnsOf(periodEnds(times, equity, periodMs))
    return returns === null ? null : { periodMs, returns }
  }
  return null
}

/** The first equity, then that at the end of each period. */
function periodEnds(
  times: ArrayLike<number>,
  equity: ArrayLike<number>,
  periodMs: number,
): number[] {
  const ends = [equity[0]!]
  let period = Math.floor(times[0]! / periodMs) + 1
  let latest = equity[0]!
  for (let index = 1; index < equity.length; index++) {
    const at = Math.ceil(times[index]! / periodMs)
    for (; period < at; period++) ends.push(latest)
    latest = equity[index]!
  }
  ends.push(latest)
  return ends
}

/** Null where the equity was used up: nothing can be said of a return on nothing. */
function returnsOf(values: readonly number[]): number[] | null {
  if (values.slice(0, -1).some((value) => value <= 0)) return null
  return values.slice(1).map((value, index) => value / values[index]! - 1)
}
