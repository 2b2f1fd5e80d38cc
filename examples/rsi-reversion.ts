/**
 * Buys weakness in a rising market: while the close is above its long average, an RSI that climbs
 * back out of oversold is bought with a limit a little below the close, and sold when the RSI has
 * reached the middle or the trend is gone. A limit that has not filled within `patience` bars is
 * cancelled.
 *
 *   genesis backtest examples/rsi-reversion.ts --data bars.csv --param oversold=25
 */
import { crossedUp, ema, int, number, rsi, strategy } from 'genesis/trading'

export default strategy({
  name: 'rsi-reversion',
  params: {
    period: int(14, { min: 2, max: 100 }),
    trend: int(200, { min: 10, max: 2000 }),
    oversold: number(30, { min: 1, max: 49 }),
    patience: int(3, { min: 1, max: 50 }),
  },
  setup: ({ params, bars }) => ({
    strength: rsi(bars.close, params.period),
    trend: ema(bars.close, params.trend),
    // Plain values in the state are part of every checkpoint.
    waiting: { bars: 0 },
  }),
  onBar: ({ strength, trend, waiting, bar, position, order, params }) => {
    if (position.side === 'long') {
      waiting.bars = 0
      if (strength.value > 50 || bar.close < trend.value) order.close()
      return
    }
    if (waiting.bars > 0 && --waiting.bars === 0) order.cancelAll()
    if (bar.close > trend.value && crossedUp(strength, params.oversold)) {
      order.cancelAll()
      order.buy({ fraction: 0.5, limit: bar.close * 0.9995 })
      waiting.bars = params.patience
    }
  },
})
