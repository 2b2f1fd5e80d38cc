import { crossedDown, crossedUp, int, number, sma, strategy } from 'genesis/trading'

/** Long while the fast average is above the slow one, flat otherwise: one order at each cross. */
export const twoAverages = strategy({
  name: 'two-averages',
  params: {
    fast: int(40, { min: 1, max: 1_000 }),
    slow: int(120, { min: 2, max: 5_000 }),
    /** Of the equity. */
    share: number(0.9, { min: 0.01, max: 1 }),
  },
  setup: ({ params, bars }) => ({
    fast: sma(bars.close, params.fast),
    slow: sma(bars.close, params.slow),
  }),
  onBar: ({ fast, slow, order, params }) => {
    if (crossedUp(fast, slow)) order.buy({ fraction: params.share })
    else if (crossedDown(fast, slow)) order.close()
  },
})
