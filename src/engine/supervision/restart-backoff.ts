/**
 * How long to wait before a restart: not at all before the first, for most faults do not come
 * back, then doubling. No chance in it: what restarts here shares its resource with nobody.
 */
export interface RestartBackoff {
  readonly firstMs: number
  readonly maxMs: number
}

export const defaultBackoff: RestartBackoff = { firstMs: 100, maxMs: 5_000 }

/** `before` counts the recent restarts before this one. */
export function restartDelayMs(before: number, { firstMs, maxMs }: RestartBackoff): number {
  if (before === 0) return 0
  return Math.min(maxMs, firstMs * 2 ** Math.min(before - 1, 30))
}
