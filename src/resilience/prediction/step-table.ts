/**
 * The published table from mean latency to the probability of success, kept as the opponent of
 * `SuccessPredictor` in the bench. It knows neither the deadline nor a single failure.
 */
export function stepTable(meanMs: number, isRising: boolean): number {
  const mean = meanMs / 1_000
  if (isRising) return Math.max(0.1, 0.9 - 2 * mean)
  if (mean < 0.05) return 0.99
  if (mean < 0.1) return 0.95
  if (mean < 0.2) return 0.85
  if (mean < 0.5) return 0.65
  if (mean < 1) return 0.4
  return 0.2
}
