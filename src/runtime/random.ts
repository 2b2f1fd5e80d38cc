/**
 * Chance as an argument: a seeded generator whose state can be saved and restored.
 *
 * Every source of chance is forked by name from one seed, so that adding a consumer does not
 * shift the numbers of the others.
 */
export interface Random {
  /** A double in [0, 1) with 53 random bits. */
  next(): number
  /** A whole number in [0, below). `below` is 1 to 2^32. */
  integer(below: number): number
  /** Exponentially distributed with the given mean. */
  exponential(mean: number): number
  /** Normally distributed with mean 0 and deviation 1. */
  normal(): number
  /** An independent generator that depends only on this one's seed and on the label. */
  fork(label: string): Random
  /** The whole state, as JSON. */
  snapshot(): RandomState
  restore(state: RandomState): void
}

export type RandomState = readonly [seed: number, a: number, b: number, c: number, d: number]
