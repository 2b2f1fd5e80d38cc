/**
 * Plain decimal text to whole numbers, straight from the bytes of a file.
 *
 * A number is kept as `mantissa` x 10^-`decimals` with trailing zeros cut off, so nothing is
 * rounded and the decimals a file really uses can be counted. Only plain decimals pass: a sign,
 * an exponent, a thousands separator or more than 15 to 16 digits are refused, and
 * `explainDecimal` says which of them it was.
 */
export class DecimalReader {
  /** Below 2^53. */
  mantissa = 0
  /** Digits after the point without trailing zeros: 1.500 has one. */
  decimals = 0
  /** Digits after the point as written: 1.500 has three. */
  writtenDecimals = 0

  /** False where the bytes are not one exact, plain, unsigned decimal; then nothing is set. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    let at = start
    let mantissa = 0
    for (; at < end; at++) {
      const digit = bytes[at]! - 48
      if (digit < 0 || digit > 9) break
      mantissa = mantissa * 10 + digit
    }
    if (at === start) return false
    let decimals = 0
    let written = 0
    if (at < end) {
      if (bytes[at] !== POINT || at + 1 === end) return false
      const from = ++at
      for (let zeros = 0; at < end; at++) {
        const digit = bytes[at]! - 48
        if (digit < 0 || digit > 9) return false
        if (digit === 0) {
          zeros++
        } else {
          if (zeros > 20) return false
          mantissa = mantissa * POWERS_OF_TEN[zeros + 1]! + digit
          decimals += zeros + 1
          zeros = 0
        }
      }
      written = end - from
    }
    // A mantissa that ever passed 2^53 stays above it, so one look at the end is enough.
    if (mantissa > Number.MAX_SAFE_INTEGER) return false
    this.mantissa = mantissa
    this.decimals = decimals
    this.writtenDecimals = written
    return true
  }
}

export const POWERS_OF_TEN: readonly number[] = Array.from({ length: 23 }, (_, power) =>
  Number(`1e${power}`),
)

/** Why text is not a plain decimal, to stand after `close "1e5" `. */
export function explainDecimal(text: string): string {
  if (text.trim() === '') return 'is empty'
  if (/^[+-]?nan$/i.test(text.trim())) return 'is not a number'
  if (/^[+-]?inf(inity)?$/i.test(text.trim())) return 'is not finite'
  if (/^[+-]?\d+(\.\d*)?e[+-]?\d+$/i.test(text)) {
    return 'is in exponent notation; write it as a plain decimal'
  }
  if (/^\d{1,3}([,' _]\d{3})+(\.\d*)?$/.test(text)) {
    return 'has thousands separators; write it without them'
  }
  if (/^\d+,\d+$/.test(text)) return 'has a decimal comma; write it with a point'
  if (/^-\d/.test(text)) return 'is negative'
  if (/^\d+\.$/.test(text)) return 'ends in its decimal point; it looks cut short'
  if (/^\d+(\.\d+)?$/.test(text)) return 'has more digits than can be kept exactly (15)'
  return 'is not a plain decimal number such as 12.5'
}

const POINT = 0x2e
