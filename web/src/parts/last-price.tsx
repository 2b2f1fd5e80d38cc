import { formatDecimal, signOf, sumOf } from '../format/decimal.ts'
import type { Desk } from '../model/desk.ts'
import { UNKNOWN } from './figure.tsx'

/** The last price, in the colour of its candle. */
export function LastPrice({ desk }: { desk: Desk }) {
  const last = desk.candles.last.value
  const decimals = desk.instrument.value?.priceDecimals
  if (last === null || decimals === undefined) return <span class="price">{UNKNOWN}</span>
  const change = sumOf([
    last.close,
    last.open.startsWith('-') ? last.open.slice(1) : `-${last.open}`,
  ])
  const tone = ['down', 'flat', 'up'][signOf(change) + 1]
  return <span class={`price ${tone}`}>{formatDecimal(last.close, { decimals })}</span>
}
