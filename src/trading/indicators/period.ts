import { GenesisError } from '../../runtime/index.ts'

/** What indicators may be asked for. The bound keeps a mistyped period from eating the memory. */
const PERIOD_MAX = 100_000

/** Lets a whole number of `min` to 100,000 through. */
export function period(value: number, field = 'period', min = 1): number {
  if (Number.isInteger(value) && value >= min && value <= PERIOD_MAX) return value
  throw new GenesisError(
    'bad-input',
    `${field} is ${String(value)}; it must be a whole number from ${min} to ${PERIOD_MAX}`,
    { details: { field, value } },
  )
}

/** Lets a finite number above zero through: a width in deviations or in true ranges. */
export function multiplier(value: number, field = 'multiplier'): number {
  if (Number.isFinite(value) && value > 0) return value
  throw new GenesisError('bad-input', `${field} is ${String(value)}; it must be above 0`, {
    details: { field, value },
  })
}
