/**
 * Buys a close above the highest high of the bars before it, and leaves on a stop that follows
 * the highest close since at a distance of some average true ranges. The size is such that the
 * stop costs about `risk` of the equity.
 *
 *   genesis backtest examples/breakout.ts --data bars.csv --param period=55 --param stop=2.5
 */
import { atr, donchian, int, number, strategy } from 'genesis/trading'

export default strategy({
  name: 'breakout',
  params: {
    period: int(20, { min: 2, max: 500 }),
    stop: number(3, { min: 0.5, max: 20 }),
    risk: number(0.01, { min: 0.0001, max: 0.1 }),
  },
  setup: ({ params, bars }) => ({
    channel: donchian(bars, params.period),
    range: atr(bars, 14),
    trade: { highestClose: 0 },
  }),
  onBar: ({ channel, range, trade, bar, position, equity, order, params }) => {
    const distance = range.value * params.stop
    if (position.side === 'long') {
      trade.highestClose = Math.max(trade.highestClose, bar.close)
      if (bar.close < trade.highestClose - distance) order.close()
      return
    }
    // The channel includes this bar, so a breakout is one of the channel of the bar before.
    if (distance > 0 && bar.close > channel.upper.previous) {
      trade.highestClose = bar.close
      const share = (params.risk * bar.close) / distance
      if (equity > 0) order.buy({ fraction: Math.min(1, share) })
    }
  },
})
