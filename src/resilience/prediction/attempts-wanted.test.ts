import { expect, test } from 'vitest'
import { attemptsWanted } from './attempts-wanted.ts'

test.each([
  [1, 10, 1],
  [0.7, 1_000, 1],
  [0.69, 10, 2],
  [0.4, 10, 2],
  [0.39, 10, 3],
  [1, 1_001, 2],
  [1, 2_001, 3],
  [0.69, 2_001, 3],
  [1, Number.NaN, 1],
])(
  'at a probability of %d and %d ms expected it asks for %d',
  (probability, expectedMs, wanted) => {
    expect(attemptsWanted(probability, expectedMs)).toBe(wanted)
  },
)
