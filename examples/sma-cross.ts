/**
 * The oldest trend follower: all in when the fast average crosses above the slow one, out when it
 * crosses below. It trades rarely and pays for calm markets with many small losses.
 *
 *   genesis backtest examples/sma-cross.ts --data bars.csv --param fast=20 --param slow=100
 */
import { crossedDown, crossedUp, int, sma, strategy } from 'genesis/trading'

export default strategy({
  name: 'sma-cross',
  params: { fast: int(10, { min: 1, max: 500 }), slow: int(30, { min: 2, max: 1000 }) },
  setup: ({ params, bars }) => ({
    fast: sma(bars.close, params.fast),
    slow: sma(bars.close, params.slow),
  }),
  onBar: ({ fast, slow, position, order }) => {
    if (position.side === 'flat' && crossedUp(fast, slow)) order.buy({ fraction: 1 })
    if (position.side === 'long' && crossedDown(fast, slow)) order.close()
  },
})
