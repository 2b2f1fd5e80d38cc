import { DAY_MS, parseUtcBytes, utcDate } from './utc-time.ts'

/**
 * Reads the open times of one file. The first row settles the form (text, or the unit of an epoch
 * by its number of digits) and every later row must have it: a file that changes from
 * milliseconds to microseconds half-way is torn, not two thousand years long.
 */
export type TimeForm =
  | 'text'
  | 'epoch seconds'
  | 'epoch milliseconds'
  | 'epoch microseconds'
  | 'epoch nanoseconds'
  | 'milliseconds since midnight'

export class TimeReader {
  readonly #midnight: number
  #form: TimeForm | null = null

  /** @param midnight of the date in the file's name, or NaN: only then may times be of a day. */
  constructor(midnight: number) {
    this.#midnight = midnight
  }

  get form(): TimeForm | null {
    return this.#form
  }

  /** UTC milliseconds; NaN where the bytes are not a time of the file's form. */
  read(bytes: Uint8Array, start: number, end: number): number {
    this.#form ??= this.#formOf(bytes, start, end)
    if (this.#form === 'text') return parseUtcBytes(bytes, start, end)
    return this.#form === null ? Number.NaN : this.#number(this.#form, bytes, start, end)
  }

  #number(form: TimeForm, bytes: Uint8Array, start: number, end: number): number {
    const digits = countDigits(bytes, start, end)
    if (form === 'milliseconds since midnight') {
      const inDay = digits === end - start ? wholeNumber(bytes, start, end) : Number.NaN
      return inDay < DAY_MS ? this.#midnight + inDay : Number.NaN
    }
    if (epochForm(digits) !== form) return Number.NaN
    const cut = form === 'epoch microseconds' ? 3 : form === 'epoch nanoseconds' ? 6 : 0
    const value = wholeNumber(bytes, start, start + digits - cut)
    // What is finer than a millisecond, or stands behind a point, must be zeros.
    const zerosOnly = allZeros(bytes, start + digits - cut, start + digits)
    const pointOnly = start + digits === end || isZeroFraction(bytes, start + digits, end)
    if (!zerosOnly || !pointOnly) return Number.NaN
    return form === 'epoch seconds' ? value * 1000 : value
  }

  #formOf(bytes: Uint8Array, start: number, end: number): TimeForm | null {
    const digits = countDigits(bytes, start, end)
    if (start + digits !== end && !isZeroFraction(bytes, start + digits, end)) return 'text'
    // Eight digits are a date: as an epoch they would lie before 1973.
    if (
      digits === 8 &&
      !Number.isNaN(parseUtcBytes(bytes, start, end)) &&
      Number.isNaN(this.#midnight)
    ) {
      return 'text'
    }
    if (digits <= 8 && !Number.isNaN(this.#midnight)) return 'milliseconds since midnight'
    return epochForm(digits)
  }
}

/** Midnight UTC of the first `YYYYMMDD` in a file name; NaN where there is none. */
export function midnightOfName(name: string): number {
  for (const [, year, month, day] of name.matchAll(/(?<!\d)(\d{4})(\d{2})(\d{2})(?!\d)/g)) {
    const midnight = utcDate(Number(year), Number(month), Number(day))
    if (!Number.isNaN(midnight)) return midnight
  }
  return Number.NaN
}

/** 9 to 11 digits are seconds, then each unit has three more. */
function epochForm(digits: number): TimeForm | null {
  if (digits >= 9 && digits <= 11) return 'epoch seconds'
  if (digits >= 12 && digits <= 14) return 'epoch milliseconds'
  if (digits >= 15 && digits <= 17) return 'epoch microseconds'
  if (digits >= 18 && digits <= 20) return 'epoch nanoseconds'
  return null
}

function countDigits(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && bytes[at]! >= 48 && bytes[at]! <= 57) at++
  return at - start
}

function wholeNumber(bytes: Uint8Array, start: number, end: number): number {
  let value = 0
  for (let at = start; at < end; at++) value = value * 10 + bytes[at]! - 48
  return value
}

function allZeros(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] !== 48) return false
  return true
}

function isZeroFraction(bytes: Uint8Array, start: number, end: number): boolean {
  return bytes[start] === 0x2e && start + 1 < end && allZeros(bytes, start + 1, end)
}
