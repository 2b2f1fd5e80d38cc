import { expect, test } from 'vitest'
import { formatPrice } from '../trading/index.ts'
import {
  candle,
  deciding,
  type FillEvent,
  MINUTE,
  perpetual,
  type Prices,
  runBars,
  spot,
  START,
} from './back-test-fixture.ts'

const bars = (...prices: Prices[]) => prices.map((each, index) => candle(index, each))
const flat = (price: number): Prices => [price, price + 1, price - 1, price]
const shown = ({ side, price, time }: FillEvent) =>
  `${side} at ${formatPrice(price, spot)} in bar ${(time - START) / MINUTE}`

test('an order of a close fills at the next open, at the time of that open', async () => {
  const candles = bars([100, 101, 99, 100], [103, 105, 102, 104], [90, 95, 89, 94])

  const { fills, result } = await runBars(
    candles,
    deciding(({ index, order }) => {
      if (index === 0) order.buy({ quantity: 1 })
      if (index === 1) order.close()
    }),
  )

  expect(fills.map(shown)).toEqual(['buy at 103 in bar 1', 'sell at 90 in bar 2'])
  expect(result.trades).toMatchObject([
    {
      entryTime: START + MINUTE,
      exitTime: START + 2 * MINUTE,
      entryPrice: 103,
      exitPrice: 90,
      // 90 - 103 - 0.001 x (103 + 90)
      profit: '-13.193',
      fees: '0.193',
    },
  ])
})

test('an order of the last close is never filled', async () => {
  const { fills, result } = await runBars(
    bars(flat(100), flat(100)),
    deciding(({ index, order }) => {
      if (index === 1) order.buy({ quantity: 1 })
    }),
  )

  expect(fills).toEqual([])
  expect(result).toMatchObject({ openPosition: 0, orders: { intended: 1 }, trades: [] })
  expect(result.stats.finalEquity).toBe(100_000)
})

test('a missing bar moves the fill to the open of the bar after it in time', async () => {
  const candles = [candle(0, flat(100)), candle(7, [110, 111, 109, 110])]

  const { fills } = await runBars(
    candles,
    deciding(({ index, order }) => {
      if (index === 0) order.buy({ quantity: 1 })
    }),
  )

  expect(fills.map(shown)).toEqual(['buy at 110 in bar 7'])
})

test('slippage is against us on both sides', async () => {
  const { fills } = await runBars(
    bars(flat(100), flat(100), flat(100)),
    deciding(({ index, order }) => {
      if (index === 0) order.buy({ quantity: 1 })
      if (index === 1) order.close()
    }),
    { slippageBps: 10 },
  )

  expect(fills.map(shown)).toEqual(['buy at 100.1 in bar 1', 'sell at 99.9 in bar 2'])
})

test('a stop fills at its price, and at the open where the market gapped over it', async () => {
  const protect = deciding(({ index, order }) => {
    if (index === 0) order.buy({ quantity: 1 })
    if (index === 1) order.sell({ quantity: 1, stop: 95, reduceOnly: true })
  })

  const reached = await runBars(bars(flat(100), flat(100), [99, 100, 94, 98]), protect)
  const gapped = await runBars(bars(flat(100), flat(100), [91, 92, 90, 91]), protect)

  expect(reached.fills.map(shown)[1]).toBe('sell at 95 in bar 3')
  expect(gapped.fills.map(shown)[1]).toBe('sell at 91 in bar 2')
})

test('a limit fills when the market trades through it, at the open where it gapped', async () => {
  const wait = deciding(({ index, order }) => {
    if (index === 0) order.buy({ quantity: 1, limit: 95 })
  })

  const touched = await runBars(bars(flat(100), flat(100), [98, 99, 95, 98]), wait)
  const through = await runBars(bars(flat(100), flat(100), [98, 99, 94.99, 98]), wait)
  const gapped = await runBars(bars(flat(100), flat(100), [93, 94, 92, 93]), wait)

  expect(touched.fills).toEqual([])
  expect(through.fills.map(shown)).toEqual(['buy at 95 in bar 3'])
  expect(gapped.fills.map(shown)).toEqual(['buy at 93 in bar 2'])
  expect(through.fills[0]!.liquidity).toBe('maker')
})

test('orders that close fill before those that open, so their money is there', async () => {
  const turnAround = deciding(({ index, order }) => {
    if (index === 0) order.buy({ fraction: 0.9 })
    if (index === 1) {
      order.close()
      order.sell({ fraction: 0.9 })
    }
  })

  const { fills, result } = await runBars(bars(flat(100), flat(100), flat(100)), turnAround, {
    instrument: perpetual,
  })

  expect(fills.map(({ side }) => side)).toEqual(['buy', 'sell', 'sell'])
  expect(result.trades).toHaveLength(1)
  expect(result.openPosition).toBeLessThan(0)
})

test('what a strategy cannot pay is not ordered, and equity stays what it was', async () => {
  const { result, requests } = await runBars(
    bars(flat(100), flat(100), flat(100)),
    deciding(({ order }) => order.buy({ quantity: 1 })),
    { cash: '0.05' },
  )

  expect(requests).toEqual([])
  expect(result.stats.finalEquity).toBe(0.05)
})

test('a risk limit refuses the order, and the run goes on', async () => {
  const { result, fills } = await runBars(
    bars(flat(100), flat(100), flat(100)),
    deciding(({ index, order }) => order.buy({ quantity: index === 0 ? 50 : 1 })),
    { limits: { maxOrderNotional: '1000' } },
  )

  expect(fills).toHaveLength(1)
  expect(result).toMatchObject({ openPosition: 1, orders: { intended: 3 } })
})

test('a strategy that throws is named with its reason, and its orders stand', async () => {
  const { result, fills } = await runBars(
    bars(flat(100), flat(100), flat(100)),
    deciding(({ index, order }) => {
      if (index === 0) order.buy({ quantity: 1 })
      else throw new Error('I am lost')
    }),
  )

  expect(result).toMatchObject({
    strategy: 'deciding',
    strategyFailure: expect.stringContaining('I am lost'),
  })
  expect(fills).toHaveLength(1)
})

test('an order beside a throw in the same turn is not sent', async () => {
  const { result, requests } = await runBars(
    bars(flat(100), flat(100)),
    deciding(({ order }) => {
      order.buy({ quantity: 1 })
      throw new Error('too late')
    }),
  )

  expect(requests).toEqual([])
  expect(result.strategyFailure).toContain('too late')
})

test('equity is given at every close', async () => {
  const { result } = await runBars(
    bars(flat(100), [100, 112, 100, 110], [110, 110, 90, 95]),
    deciding(({ index, order }) => {
      if (index === 0) order.buy({ quantity: 1 })
    }),
  )

  expect(result.equity).toEqual([
    { time: START + MINUTE, equity: 100_000 },
    { time: START + 2 * MINUTE, equity: 100_009.9 },
    { time: START + 3 * MINUTE, equity: 99_994.9 },
  ])
})

test('a wish that became no order was silent: it is counted by its reason', async () => {
  const { result } = await runBars(
    bars(flat(100), flat(100), flat(100)),
    deciding(({ index, order }) => {
      order.sell({ quantity: 1 })
      if (index === 0) order.buy({ notional: '0.00001' })
    }),
  )

  expect(result.orders).toMatchObject({
    intended: 0,
    notMade: { 'no-position': 3, 'size-too-small': 1 },
  })
})

test('a run that is never flat showed nothing: its fills and its open trade are told', async () => {
  const { result } = await runBars(
    bars(flat(100), flat(100), flat(110), [90, 91, 89, 90]),
    deciding(({ index, order }) => {
      if (index === 0) order.buy({ quantity: 2 })
      if (index === 1) order.sell({ quantity: 1 })
    }),
  )

  const common = { liquidity: 'taker' }
  expect(result.trades).toEqual([])
  expect(result.fills).toEqual([
    { ...common, time: START + MINUTE, side: 'buy', price: '100', quantity: '2', fee: '0.2' },
    { ...common, time: START + 2 * MINUTE, side: 'sell', price: '110', quantity: '1', fee: '0.11' },
  ])
  expect(result).toMatchObject({ realised: '10', unrealised: '-10' })
  expect(result.openTrade).toEqual({
    symbol: 'BTC/USDT',
    side: 'long',
    entryTime: START + MINUTE,
    quantity: '1',
    entryPrice: 100,
    unrealisedProfit: '-10',
  })
})
