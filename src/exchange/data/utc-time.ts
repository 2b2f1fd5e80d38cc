/**
 * UTC time as text and as milliseconds since 1970, by arithmetic alone: no time zone of the
 * machine, no locale and no `Date` has a say in what a file means.
 *
 * Text without a zone is UTC. Years are 1970 to 9999.
 */
export const DAY_MS = 86_400_000

/**
 * Reads `2021-12-31`, `2021-12-31 23:01`, `2021-12-31T23:01:00.000000Z`, `20211231 23:01`,
 * with `-` or `/` between the parts of the date and `Z`, `UTC` or `+02:00` at the end.
 * NaN for anything else, and for a time that is not a whole millisecond.
 */
export function parseUtcBytes(bytes: Uint8Array, start: number, end: number): number {
  const separator = bytes[start + 4]
  const dashed = separator === DASH || separator === SLASH
  const monthAt = dashed ? start + 5 : start + 4
  const dayAt = dashed ? start + 8 : start + 6
  const dateEnd = dayAt + 2
  if (dateEnd > end || (dashed && bytes[start + 7] !== separator)) return Number.NaN
  const year = twoDigits(bytes, start) * 100 + twoDigits(bytes, start + 2)
  const date = utcDate(year, twoDigits(bytes, monthAt), twoDigits(bytes, dayAt))
  if (dateEnd === end) return date
  const gap = bytes[dateEnd]
  if (gap !== SPACE && gap !== LETTER_T) return Number.NaN
  return date + parseClock(bytes, dateEnd + 1, end)
}

export function parseUtc(text: string): number {
  const bytes = Buffer.from(text, 'latin1')
  return parseUtcBytes(bytes, 0, bytes.length)
}

/** `2021-12-31T23:01:00.000Z`. */
export function formatUtc(timeMs: number): string {
  const day = Math.floor(timeMs / DAY_MS)
  const inDay = timeMs - day * DAY_MS
  const [year, month, date] = civilFromDays(day)
  const clock = [
    Math.floor(inDay / 3_600_000),
    Math.floor(inDay / 60_000) % 60,
    Math.floor(inDay / 1000) % 60,
  ]
  const clockText = clock.map((part) => pad(part, 2)).join(':')
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(date, 2)}T${clockText}.${pad(inDay % 1000, 3)}Z`
}

/** Midnight of a date of the Gregorian calendar; NaN where there is no such date. */
export function utcDate(year: number, month: number, day: number): number {
  // Written so that NaN parts fail too.
  if (!(year >= 1970 && month >= 1 && month <= 12 && day >= 1)) return Number.NaN
  if (day > daysInMonth(year, month)) return Number.NaN
  return daysFromCivil(year, month, day) * DAY_MS
}

const DASH = 0x2d
const SLASH = 0x2f
const SPACE = 0x20
const COLON = 0x3a
const POINT = 0x2e
const LETTER_T = 0x54
const LETTER_Z = 0x5a

/** `HH:mm[:ss[.fraction]]` and a zone, in milliseconds since midnight UTC. */
function parseClock(bytes: Uint8Array, start: number, end: number): number {
  const hours = start + 2 <= end ? twoDigits(bytes, start) : Number.NaN
  if (bytes[start + 2] !== COLON || start + 5 > end) return Number.NaN
  const minutes = twoDigits(bytes, start + 3)
  let at = start + 5
  let seconds = 0
  let fraction = 0
  if (at + 3 <= end && bytes[at] === COLON) {
    seconds = twoDigits(bytes, at + 1)
    at += 3
    if (at < end && bytes[at] === POINT) {
      let weight = 100
      const from = ++at
      for (; at < end && isDigit(bytes[at]!); at++) {
        fraction += (bytes[at]! - 48) * weight
        weight /= 10
      }
      if (at === from) return Number.NaN
      if (fraction !== Math.floor(fraction)) return Number.NaN
    }
  }
  if (!(hours < 24 && minutes < 60 && seconds < 60)) return Number.NaN
  const local = hours * 3_600_000 + minutes * 60_000 + seconds * 1000 + fraction
  return at === end ? local : local - parseZone(bytes, at, end)
}

/** `Z`, `UTC`, ` UTC`, `+HH`, `+HHmm` or `+HH:mm` as milliseconds east of UTC. */
function parseZone(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] === LETTER_Z && start + 1 === end) return 0
  const match = ZONE.exec(Buffer.from(bytes.subarray(start, end)).toString('latin1'))
  if (!match) return Number.NaN
  if (match[1] === undefined) return 0
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0)
  return (match[1] === '-' ? -minutes : minutes) * 60_000
}

const ZONE = /^ ?(?:UTC|Z|([+-])([01]\d|2[0-3])(?::?([0-5]\d))?)$/

function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - 48
  const ones = bytes[at + 1]! - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57
}

function daysInMonth(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  return month === 2
    ? leap
      ? 29
      : 28
    : month === 4 || month === 6 || month === 9 || month === 11
      ? 30
      : 31
}

/** Days since 1970-01-01, with years that start in March so that the leap day comes last. */
function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

function civilFromDays(days: number): [year: number, month: number, day: number] {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  return [yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day]
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0')
}
