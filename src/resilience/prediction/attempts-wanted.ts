import type { AttemptsWanted } from '../prediction.ts'

/**
 * How many attempts prediction asks for: the less likely or the slower success is, the more. Only
 * asked; the budget grants. Not a number in either place asks for nothing extra.
 */
export function attemptsWanted(probability: number, expectedMs: number): AttemptsWanted {
  if (probability < 0.4 || expectedMs > 2_000) return 3
  if (probability < 0.7 || expectedMs > 1_000) return 2
  return 1
}
