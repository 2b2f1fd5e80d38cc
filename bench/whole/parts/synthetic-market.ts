import { CandleColumns } from 'genesis/exchange'
import { createRandom } from 'genesis/runtime'
import type { Instrument, Price, Quantity } from 'genesis/trading'

/** A seeded random walk of one-minute candles: the same candles on every machine. */
export function syntheticMarket(bars: number): CandleColumns {
  const random = createRandom('benchmark market')
  const column = () => new Float64Array(bars)
  const fields = {
    openTime: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  }
  let price = 6_000_000
  for (let index = 0; index < bars; index += 1) {
    const open = price
    const close = Math.max(1_000, Math.round(open + random.normal() * open * 0.001))
    fields.openTime[index] = FIRST_OPEN_TIME + index * MINUTE_MS
    fields.open[index] = open
    fields.high[index] = Math.max(open, close) + Math.round(random.next() * open * 0.0005)
    fields.low[index] = Math.min(open, close) - Math.round(random.next() * open * 0.0005)
    fields.close[index] = close
    fields.volume[index] = 1_000_000 + random.integer(9_000_000)
    price = close
  }
  return new CandleColumns(fields, { intervalMs: MINUTE_MS, priceDecimals: 2, quantityDecimals: 5 })
}

const MINUTE_MS = 60_000
const FIRST_OPEN_TIME = Date.UTC(2024, 0, 1)

export const instrument: Instrument = {
  symbol: 'BTC/USDT',
  base: 'BTC',
  quote: 'USDT',
  kind: 'spot',
  priceDecimals: 2,
  quantityDecimals: 5,
  tickSize: 1 as Price,
  lotSize: 1 as Quantity,
  minQuantity: 1 as Quantity,
  minNotional: '5',
}
