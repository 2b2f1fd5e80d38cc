import { expect, test } from 'vitest'
import { RecordedMarket } from '../exchange/index.ts'
import { SimulatedDisk } from '../runtime/index.ts'
import type { Strategy } from '../trading/index.ts'
import { backTest } from './back-test.ts'
import { deciding } from './back-test-fixture.ts'

/** Recorded lines, `second` after the start. */
const at = (second: number) => `${1_723_161_254 + second}000000000`
const trade = (second: number, id: number, price = '100.00') =>
  `${at(second)} {"stream":"btcusdt@trade","data":{"e":"trade","E":${millis(second)},` +
  `"s":"BTCUSDT","t":${id},"p":"${price}","q":"1.00000000","T":${millis(second)},"m":true,"M":true}}`
const diff = (second: number, first: number, last = first) =>
  `${at(second)} {"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":${millis(second)},` +
  `"s":"BTCUSDT","U":${first},"u":${last},"b":[["99.99","5.001"]],"a":[]}}`
const snapshot = (second: number, last: number, ask = '100.01') =>
  `${at(second)} {"lastUpdateId":${last},"bids":[["99.99","5.00100000"]],"asks":[["${ask}","5000"]]}`
const millis = (second: number) => 1_723_161_254_000 + second * 1_000

async function replay(files: Record<string, readonly string[]>, strategy: Strategy) {
  const disk = new SimulatedDisk({ losesNothing: true })
  for (const [name, lines] of Object.entries(files)) {
    await disk.replaceFile(`/${name}`, new TextEncoder().encode(`${lines.join('\n')}\n`))
  }
  const paths = Object.keys(files).map((name) => `/${name}`)
  const market = await RecordedMarket.open(disk, paths)
  return backTest({
    strategy,
    source: 'test',
    parameters: {},
    instrument: market.instrument,
    data: { kind: 'stream', market, intervalMs: 1_000 },
    cash: '100000',
    fees: { maker: '0.001', taker: '0.001' },
    slippageBps: 0,
  })
}

const idle = deciding(() => undefined)

test('a recording without a snapshot gave an empty result: it is refused, by its name', async () => {
  const run = replay({ day2: [trade(0, 1), diff(1, 7), diff(2, 8), trade(3, 2)] }, idle)

  await expect(run).rejects.toMatchObject({
    code: 'bad-data',
    message: expect.stringMatching(/^\/day2: no depth snapshot .* no order book to trade with$/),
  })
})

test('a book lost on the way and missing trades were silent: they are counted', async () => {
  const lines = [snapshot(0, 5), trade(1, 1), diff(2, 6), diff(3, 9), trade(4, 2), trade(5, 6)]

  const { data } = await replay({ day: lines }, idle)

  expect(data).toEqual({
    bookLost: 1,
    tradesWithoutBook: 2,
    tradeGaps: 1,
    missingTrades: 3,
    depthGaps: 1,
    repeatsDropped: 0,
    lateTrades: 0,
  })
})

test('an order of all the cash was refused for one tick: it buys what the ask allows', async () => {
  const lines = [snapshot(0, 5), trade(1, 1), trade(2, 2), trade(3, 3), trade(4, 4)]
  const allIn = deciding(({ index, order }) => {
    if (index === 0) order.buy({ fraction: 1 })
  })

  const { fills, openTrade, stats } = await replay({ day: lines }, allIn)

  expect(fills).toMatchObject([{ side: 'buy', price: '100.01', liquidity: 'taker' }])
  // 100000 / (100.01 x 1.001), down to the lot.
  expect(openTrade).toMatchObject({ quantity: '998.901', entryPrice: 100.01 })
  expect(stats.feesPaid).toBeCloseTo(99.9, 1)
})
