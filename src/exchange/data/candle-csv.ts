import type { Candle } from '../../trading/index.ts'
import { formatUtc } from './utc-time.ts'

/**
 * Candles as Genesis writes them: a header, the open time as UTC text, and every number with all
 * decimals of its kind, so that a file that was cut short can be told from a whole one.
 */
export function candleCsv(candles: Iterable<Candle>, decimals: CandleDecimals): Uint8Array {
  const parts: Buffer[] = []
  let text = HEADER
  for (const candle of candles) {
    text += candleLine(candle, decimals)
    if (text.length > PART_LENGTH) {
      parts.push(Buffer.from(text))
      text = ''
    }
  }
  parts.push(Buffer.from(text))
  return Buffer.concat(parts)
}

export interface CandleDecimals {
  readonly priceDecimals: number
  readonly quantityDecimals: number
}

const HEADER = 'timestamp,open,high,low,close,volume\n'
const PART_LENGTH = 1_000_000

function candleLine(candle: Candle, decimals: CandleDecimals): string {
  const { open, high, low, close, volume, openTime } = candle
  const prices = [open, high, low, close].map((price) => fixed(price, decimals.priceDecimals))
  return `${formatUtc(openTime)},${prices.join(',')},${fixed(volume, decimals.quantityDecimals)}\n`
}

function fixed(units: number, decimals: number): string {
  if (decimals === 0) return String(units)
  const digits = String(units).padStart(decimals + 1, '0')
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}
