import { expect, test } from 'vitest'
import { SimulatedClock } from '../runtime/index.ts'
import { type Candle, parsePrice, parseQuantity } from '../trading/index.ts'
import { btc, eth } from './account-fixture.ts'
import { BarFeed } from './bar-feed.ts'

const SECOND = 1_000

class Fixture {
  readonly clock: SimulatedClock
  readonly bars: string[] = []
  readonly forming: string[] = []
  readonly feed: BarFeed
  known = -1
  #trades = 0

  constructor(startTime: number) {
    this.clock = new SimulatedClock(startTime)
    const shown = (symbol: string, { openTime, open, high, low, close }: Candle) =>
      `${symbol} ${openTime / SECOND}s ${[open, high, low, close].map((price) => price / 100)}`
    this.feed = new BarFeed({
      clock: this.clock,
      intervalMs: SECOND,
      onBar: (symbol, candle) => void this.bars.push(shown(symbol, candle)),
      onForming: (symbol, candle) => void this.forming.push(shown(symbol, candle)),
      lastOpenTime: () => this.known,
    })
    this.feed.start()
  }

  async trade(atMs: number, price: number, instrument = btc): Promise<void> {
    await this.clock.runUntil(atMs)
    this.feed.onTrade({
      type: 'trade',
      symbol: instrument.symbol,
      time: atMs,
      id: (this.#trades += 1),
      price: parsePrice(String(price), btc),
      quantity: parseQuantity('1', btc),
      takerSide: 'buy',
    })
  }
}

test('a bar closes when its time is over, without a trade after it', async () => {
  const fixture = new Fixture(0)
  await fixture.trade(100, 10)
  await fixture.trade(400, 12)
  await fixture.trade(900, 11)

  expect(fixture.bars).toEqual([])
  await fixture.clock.runUntil(1_250)

  expect(fixture.bars).toEqual(['BTC/USDT 0s 10,12,10,11'])
})

test('a trade of the next bar closes the one before at once', async () => {
  const fixture = new Fixture(0)
  await fixture.trade(990, 10)

  await fixture.trade(1_001, 11)

  expect(fixture.bars).toEqual(['BTC/USDT 0s 10,10,10,10'])
})

test('the bar in which the feed began is left out: its first part was not seen', async () => {
  const fixture = new Fixture(300)
  await fixture.trade(400, 10)
  await fixture.trade(1_400, 11)
  await fixture.clock.runUntil(3_000)

  expect(fixture.bars).toEqual(['BTC/USDT 1s 11,11,11,11'])
})

test('a bucket without a trade has no bar', async () => {
  const fixture = new Fixture(0)
  await fixture.trade(100, 10)
  await fixture.trade(3_100, 11)
  await fixture.clock.runUntil(5_000)

  expect(fixture.bars).toEqual(['BTC/USDT 0s 10,10,10,10', 'BTC/USDT 3s 11,11,11,11'])
})

test('what is not later than the last bar known is left out', async () => {
  const fixture = new Fixture(0)
  fixture.known = 1_000
  for (const at of [100, 1_100, 2_100]) await fixture.trade(at, 10)
  await fixture.clock.runUntil(4_000)

  expect(fixture.bars).toEqual(['BTC/USDT 2s 10,10,10,10'])
})

test('symbols have bars of their own', async () => {
  const fixture = new Fixture(0)
  await fixture.trade(100, 10)
  await fixture.trade(200, 20, eth)
  await fixture.clock.runUntil(2_000)

  expect(fixture.bars).toEqual(['BTC/USDT 0s 10,10,10,10', 'ETH/USDT 0s 20,20,20,20'])
})

test('the bar as it is now is told after each trade', async () => {
  const fixture = new Fixture(0)
  await fixture.trade(100, 10)
  await fixture.trade(200, 12)

  expect(fixture.forming).toEqual(['BTC/USDT 0s 10,10,10,10', 'BTC/USDT 0s 10,12,10,12'])
})

test('a stopped feed closes nothing more; stopping twice is fine', async () => {
  const fixture = new Fixture(0)
  await fixture.trade(100, 10)

  fixture.feed.stop()
  fixture.feed.stop()
  await fixture.clock.runUntil(5_000)

  expect(fixture.bars).toEqual([])
  expect(fixture.clock.timerCount).toBe(0)
})
