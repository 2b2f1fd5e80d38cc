import type { Price, Quantity } from './money.ts'

/**
 * One closed bar: `openTime <= t < openTime + intervalMs`, UTC.
 *
 * A bucket without a trade has no candle. Volume is in the base asset.
 */
export interface Candle {
  readonly openTime: number
  readonly intervalMs: number
  readonly open: Price
  readonly high: Price
  readonly low: Price
  readonly close: Price
  readonly volume: Quantity
}
