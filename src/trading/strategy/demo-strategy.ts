import { crossedDown, crossedUp } from './cross.ts'
import { ema, standardDeviation } from './indicator-series.ts'
import { int, number } from './parameter.ts'
import { strategy } from './strategy.ts'

/**
 * What `genesis` trades when it is given nothing: made to be watched, not to earn.
 *
 * Two habits share the account. A maker keeps resting limits around a slow average, a buy below
 * it while there is room and a sell above it while something is held, and moves them when the
 * average has moved. A taker leans against the market, at the market, when a fast average crosses
 * the slow one. On bars of 1 to 5 seconds both act several times a minute.
 */
export const demoStrategy = strategy({
  name: 'demo',
  params: {
    fast: int(4, { min: 1, max: 100 }),
    slow: int(15, { min: 2, max: 500 }),
    /** Of the equity, for each order. */
    share: number(0.005, { min: 0.0001, max: 0.5 }),
    /** Of the equity, held at most. */
    most: number(0.15, { min: 0.01, max: 1 }),
    /** Distance of the resting orders from the average, in standard deviations. */
    reach: number(1.2, { min: 0.1, max: 5 }),
    /** Bars after which resting orders are placed anew. */
    patience: int(5, { min: 1, max: 100 }),
  },
  setup: ({ params, bars }) => ({
    fast: ema(bars.close, params.fast),
    slow: ema(bars.close, params.slow),
    spread: standardDeviation(bars.close, params.slow),
    quotes: { age: 0 },
  }),
  onBar: ({ fast, slow, spread, quotes, bar, position, equity, order, params }) => {
    if (!slow.ready || !spread.ready || !(equity > 0)) return
    const held = (position.quantity * bar.close) / equity
    const canBuy = held + params.share <= params.most

    if (crossedDown(fast, slow) && canBuy) order.buy({ fraction: params.share })
    if (crossedUp(fast, slow) && held > params.share) order.sell({ fraction: 0.5 })

    if (++quotes.age < params.patience) return
    quotes.age = 0
    order.cancelAll()
    // Around whichever is further out, so that a quote rests and does not trade at once.
    const distance = spread.value * params.reach
    const buyAt = Math.min(slow.value, bar.close) - distance
    const sellAt = Math.max(slow.value, bar.close) + distance
    if (canBuy && buyAt > 0) order.buy({ fraction: params.share, limit: buyAt })
    if (held > params.share / 2) order.sell({ fraction: 0.5, limit: sellAt })
  },
})
