import { expect, test } from 'vitest'
import { Decimal } from 'decimal.js'
import { SimulatedDisk } from '../runtime/index.ts'
import type { Update } from '../server/index.ts'
import { strategy } from '../trading/index.ts'
import { everything, PaperLife } from './paper-run-fixture.ts'

const anySymbol = { ...everything, symbol: null }
const anyOrder = { ...anySymbol, open: null }

const resting = strategy({
  name: 'resting',
  setup: () => ({ seen: { bars: 0 } }),
  onBar: ({ seen, bar, order }) => {
    seen.bars += 1
    if (seen.bars === 1) order.buy({ notional: 1_000, limit: bar.close * 0.95 })
    if (seen.bars === 2) order.buy({ notional: 500 })
  },
})

test('a running system is ok, ready and says who trades what', async () => {
  const { view, ...life } = await started(new PaperLife({ strategy: resting }), 5_000)

  expect(view.health()).toMatchObject({ status: 'ok', score: 100, ready: true, reasons: [] })
  expect(view.mode()).toMatchObject({ mode: 'NORMAL', reason: null })
  expect(view.strategies()).toMatchObject([
    { name: 'resting', run: 'paper', interval: '1s', warm: true, quote: 'USDT' },
  ])
  expect(view.symbols().map(({ symbol }) => symbol)).toEqual(['BTC/USDT', 'ETH/USDT', 'SOL/USDT'])
  expect(view.components().every(({ state }) => state === 'running')).toBe(true)
  await life.stop()
})

test('orders are listed by number, by symbol, and open or not', async () => {
  const { view, ...life } = await started(new PaperLife({ strategy: resting }), 5_000)

  const all = view.orders(anyOrder)
  const open = view.orders({ ...anyOrder, open: true })
  const ended = view.orders({ ...anyOrder, open: false })
  const ofOne = view.orders({ ...anyOrder, symbol: 'ETH/USDT' })
  const numbers = all.map(({ number }) => number)
  expect(all).toHaveLength(6)
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
  expect([open.length, ended.length]).toEqual([3, 3])
  expect(ofOne.map(({ symbol }) => symbol)).toEqual(['ETH/USDT', 'ETH/USDT'])
  expect(
    view.orders({ ...anyOrder, after: numbers[1]!, limit: 2 }).map(({ number }) => number),
  ).toEqual(numbers.slice(2, 4))
  await life.stop()
})

test('what open orders reserve is not free, and what was bought is held', async () => {
  const settings = { takerFee: '0.001' }
  const { view, ...life } = await started(new PaperLife({ strategy: resting, settings }), 5_000)

  const [usdt, btc] = view.balances()
  const reserved = view.orders({ ...anyOrder, open: true }).reduce(
    // With the taker's fee, for nobody knows how it will fill.
    (sum, { limitPrice, quantity }) =>
      sum.plus(new Decimal(limitPrice!).mul(quantity).mul('1.001')),
    new Decimal(0),
  )
  expect(new Decimal(usdt!.total).minus(usdt!.free).toFixed()).toBe(reserved.toFixed())
  expect(btc).toMatchObject({ asset: 'BTC' })
  expect(new Decimal(btc!.total).gt(0)).toBe(true)
  await life.stop()
})

test('the ledger adds up: cash and what is held are the equity', async () => {
  const { view, ...life } = await started(new PaperLife({}), 120_000)

  const held = view
    .positions()
    .reduce(
      (sum, { quantity, markPrice }) => sum.plus(new Decimal(quantity).mul(markPrice ?? 0)),
      new Decimal(view.balances()[0]!.total),
    )
  expect(view.equity(everything).at(-1)!.equity).toBe(held.toFixed())
  await life.stop()
})

test('held in SAFE it says so, and takes no new risk', async () => {
  const safe = new PaperLife({ strategy: resting, settings: { safeMode: true } })
  const { view, ...life } = await started(safe, 5_000)

  expect(view.mode()).toMatchObject({ mode: 'SAFE', reason: 'held in SAFE by --safe-mode' })
  expect(view.health()).toMatchObject({ status: 'degraded', ready: true })
  expect(view.fills(anySymbol)).toEqual([])
  expect(view.orders(anyOrder).map(({ state }) => state)).toEqual(Array(6).fill('refused'))
  await life.stop()
})

test('a strategy that throws degrades the health by name, and the others trade on', async () => {
  const throwing = strategy({
    name: 'throwing',
    setup: () => ({ seen: { bars: 0 } }),
    onBar: ({ instrument, order }) => {
      if (instrument.base === 'BTC') throw new Error('I am lost')
      order.buy({ notional: 100 })
    },
  })
  const { view, ...life } = await started(new PaperLife({ strategy: throwing }), 5_000)

  expect(view.health()).toMatchObject({ status: 'degraded', ready: true })
  expect(view.health().reasons.join()).toMatch(
    /strategy throwing BTC\/USDT was stopped: I am lost, on the bar of \d{4}-/,
  )
  expect(view.fills({ ...anySymbol, symbol: 'BTC/USDT' })).toEqual([])
  expect(view.fills({ ...anySymbol, symbol: 'ETH/USDT' }).length).toBeGreaterThan(0)
  expect(view.mode().mode).toBe('NORMAL')
  await life.stop()
})

test('a change of mode is told to whoever listens', async () => {
  const disk = new SimulatedDisk()
  const life = await new PaperLife({ disk }).start()
  const updates: Update[] = []
  life.view.subscribe((update) => void updates.push(update))

  disk.failAt(disk.operations + 1, 'power-off')
  await life.pass(5_000)

  const modes = updates.flatMap((update) => (update.type === 'mode' ? [update.mode.mode] : []))
  expect(modes).toEqual(['EMERGENCY'])
  expect(updates.some(({ type }) => type === 'health')).toBe(true)
})

test('candles are shown with the one that is forming, after a cursor too', async () => {
  const { view, ...life } = await started(new PaperLife({}), 10_500)

  const query = { symbol: 'BTC/USDT', interval: '1s', limit: 100 }
  const all = view.candles({ ...query, after: null })
  const later = view.candles({ ...query, after: all[2]!.openTime })
  expect(all.length).toBeGreaterThan(5)
  expect(later).toEqual(all.slice(3))
  await life.stop()
})

async function started(life: PaperLife, virtualMs: number) {
  await life.start()
  await life.pass(virtualMs)
  return { view: life.view, stop: () => life.stop() }
}
