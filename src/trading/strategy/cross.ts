import type { Series } from './series.ts'

/** `a` was at or below `b` on the bar before and is above it now. False until both are ready. */
export function crossedUp(a: Series, b: Series | number): boolean {
  if (typeof b === 'number') return a.previous <= b && a.value > b
  return a.previous <= b.previous && a.value > b.value
}

/** `a` was at or above `b` on the bar before and is below it now. False until both are ready. */
export function crossedDown(a: Series, b: Series | number): boolean {
  if (typeof b === 'number') return a.previous >= b && a.value < b
  return a.previous >= b.previous && a.value < b.value
}
