import { parseUnits } from '../../trading/index.ts'
import { POWERS_OF_TEN } from './decimal-reader.ts'

/**
 * `parseUnits` of money.ts for the hot path: the same value, and the same refusal, for every text.
 *
 * Plain unsigned decimals are read digit by digit with no regular expression and no bigint;
 * anything else (a sign, too many decimals, too many digits, not a number) is handed to
 * `parseUnits` itself, so there is one truth about what is allowed.
 */
export function parseUnitsFast(text: string, decimals: number, field: string): number {
  const length = text.length
  let units = 0
  let at = 0
  for (; at < length; at++) {
    const digit = text.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) break
    units = units * 10 + digit
  }
  if (at === 0) return parseUnits(text, decimals, field)
  let kept = 0
  if (at < length) {
    if (text.charCodeAt(at++) !== POINT) return parseUnits(text, decimals, field)
    for (; at < length; at++) {
      const digit = text.charCodeAt(at) - 48
      if (digit < 0 || digit > 9) return parseUnits(text, decimals, field)
      if (kept < decimals) {
        units = units * 10 + digit
        kept++
      } else if (digit !== 0) {
        return parseUnits(text, decimals, field)
      }
    }
  }
  units *= POWERS_OF_TEN[decimals - kept]!
  return units <= Number.MAX_SAFE_INTEGER ? units : parseUnits(text, decimals, field)
}

const POINT = 0x2e
