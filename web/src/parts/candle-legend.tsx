import type { FillView } from '../../../src/server/protocol.ts'
import { formatDecimal, sumOf } from '../format/decimal.ts'
import { formatMoment, intervalMs } from '../format/time.ts'
import type { Desk } from '../model/desk.ts'

/** The exact figures of the candle under the pointer, else of the last one. */
export function CandleLegend({ desk, hovered }: { desk: Desk; hovered: number | null }) {
  const last = desk.candles.last.value
  const candle = hovered === null ? last : (desk.candles.at(hovered) ?? last)
  const decimals = desk.instrument.value?.priceDecimals
  if (candle === null || decimals === undefined) {
    const text = desk.candles.loading.value ? 'Loading candles' : 'Nothing has been traded yet'
    return <p class="legend">{text}</p>
  }
  const price = (text: string) => formatDecimal(text, { decimals })
  return (
    <p class="legend">
      <span>{formatMoment(candle.openTime)}</span>
      <span>
        O <b>{price(candle.open)}</b>
      </span>
      <span>
        H <b>{price(candle.high)}</b>
      </span>
      <span>
        L <b>{price(candle.low)}</b>
      </span>
      <span>
        C <b>{price(candle.close)}</b>
      </span>
      <span>
        V <b>{formatDecimal(candle.volume)}</b>
      </span>
      {hovered !== null && <TradedHere desk={desk} openTime={candle.openTime} />}
    </p>
  )
}

function TradedHere({ desk, openTime }: { desk: Desk; openTime: number }) {
  const chosen = desk.chosen.value
  const length = intervalMs(chosen?.interval ?? '') ?? 0
  const byNumber = new Map<number, FillView>()
  for (const fill of [...desk.candles.fills.value, ...desk.dashboard.fills.value]) {
    const inside = fill.time >= openTime && fill.time < openTime + length
    if (inside && fill.symbol === chosen?.symbol) byNumber.set(fill.number, fill)
  }
  const traded = (side: 'buy' | 'sell') =>
    sumOf([...byNumber.values()].filter((fill) => fill.side === side).map((fill) => fill.quantity))
  const [bought, sold] = [traded('buy'), traded('sell')]
  return (
    <>
      {bought !== '0' && <span class="up">Bought {formatDecimal(bought)}</span>}
      {sold !== '0' && <span class="down">Sold {formatDecimal(sold)}</span>}
    </>
  )
}
