import { createRandom, type Clock, type Random } from '../../src/runtime/index.ts'
import type { CandleView, FillView, OrderView } from '../../src/server/index.ts'
import { FakeSystem } from './fake-system.ts'
import { sampleEvent, sampleFill, sampleOrder } from './samples.ts'

/**
 * A fake system that moves by itself: prices walk, bars close, orders come, work and are filled.
 * It has no ledger; the figures only look like one. It is what the page is worked on with.
 */
const STEP_MS = 100
const INTERVALS = { '1s': 1000, '5s': 5000, '1m': 60_000 } as const
const HISTORY = 240

export class SimulatedSystem extends FakeSystem {
  readonly #clock: Clock
  readonly #random: Random
  readonly #prices = new Map<string, number>([
    ['BTC/USDT', 61_837.63],
    ['ETH/USDT', 3_120.4],
    ['SOL/USDT', 148.2],
  ])
  #number = 0
  #equity = 100_000
  #peak = 100_000
  #holding = 0.35

  constructor(clock: Clock) {
    super()
    this.#clock = clock
    this.#random = createRandom('page')
    const now = clock.now()
    this.healthNow = { ...this.healthNow, startedAt: now - 3_725_000, score: 97 }
    this.symbolsNow = [...this.#prices.keys()].map((symbol) => ({
      symbol,
      base: symbol.split('/')[0]!,
      quote: 'USDT',
      kind: 'spot',
      priceDecimals: 2,
      quantityDecimals: 5,
      intervals: Object.keys(INTERVALS),
    }))
    this.strategiesNow.set('sma-cross', {
      name: 'sma-cross',
      run: 'paper',
      exchange: 'simulated',
      symbols: ['BTC/USDT'],
      interval: '1s',
      parameters: { fast: 10, slow: 30 },
      warm: true,
      quote: 'USDT',
    })
    for (let second = HISTORY; second > 0; second -= 1) this.#second(now - second * 1000)
    this.#limitOrder(now, 'buy', 0.998)
    this.#limitOrder(now, 'sell', 1.0015)
    this.#component('account', true, null)
    this.#component('strategy sma-cross BTC/USDT', false, null)
    this.#component('alerts', false, 'the mail server at mail.example did not answer in 5 s')
    this.#ended(now, 'canceled', 'you asked for it')
    this.#ended(now, 'refused', 'a quantity of 0.125 is above what the balance allows')
    clock.every(STEP_MS, () => this.#step())
  }

  #second(time: number): void {
    for (let part = 0; part < 5; part += 1) this.#trade(time + part * 200)
    if (this.#random.integer(14) === 0) this.#fill(time)
    this.#account(time)
  }

  #step(): void {
    const now = this.#clock.now()
    this.#trade(now)
    if (this.#random.integer(60) === 0) this.#fill(now)
    if (this.#random.integer(10) === 0) this.#account(now)
    if (this.#random.integer(10) === 0) this.#rates(now)
  }

  #trade(time: number): void {
    for (const [symbol, before] of this.#prices) {
      const price = before * (1 + this.#random.normal() * 0.00012)
      this.#prices.set(symbol, price)
      for (const [interval, length] of Object.entries(INTERVALS)) {
        this.#candle(symbol, interval, Math.floor(time / length) * length, price)
      }
    }
  }

  #candle(symbol: string, interval: string, openTime: number, price: number): void {
    const kept = this.candlesNow.get(`${symbol} ${interval}`)?.get(openTime)
    const text = price.toFixed(2)
    const candle: CandleView = {
      openTime,
      open: kept?.open ?? text,
      high: Math.max(Number(kept?.high ?? text), price).toFixed(2),
      low: Math.min(Number(kept?.low ?? text), price).toFixed(2),
      close: text,
      volume: (Number(kept?.volume ?? 0) + this.#random.next() * 0.4).toFixed(5),
    }
    this.apply({ type: 'candle', symbol, interval, candle, closed: false })
  }

  #limitOrder(time: number, side: 'buy' | 'sell', away: number): OrderView {
    this.#number += 1
    const limitPrice = (this.#prices.get('BTC/USDT')! * away).toFixed(2)
    const order = sampleOrder(this.#number, {
      side,
      limitPrice,
      quantity: '0.125',
      createdAt: time,
      updatedAt: time,
    })
    this.apply({ type: 'order', order })
    this.#event(time, 'order.requested', { side, limitPrice, quantity: order.quantity })
    return order
  }

  #component(name: string, essential: boolean, lastError: string | null): void {
    this.apply({
      type: 'component',
      component: {
        name,
        essential,
        state: lastError === null ? 'running' : 'failed',
        group: name,
        restarts: 0,
        restoredFrom: null,
        subscriptions: ['bar.closed', 'order.*'],
        eventsHandled: 4000,
        errors: lastError === null ? 0 : 3,
        lastError,
      },
    })
  }

  #ended(time: number, state: 'canceled' | 'refused', reason: string): void {
    const order = this.#limitOrder(time, 'buy', 0.99)
    this.apply({ type: 'order', order: { ...order, state, open: false, reason } })
    this.#event(time, 'order.reported', { type: state, symbol: order.symbol, reason })
  }

  #fill(time: number): void {
    const side = this.#random.integer(2) === 0 ? 'buy' : 'sell'
    const order = this.#limitOrder(time, side, 1)
    const closes = side === 'sell'
    const realisedProfit = closes ? (this.#random.normal() * 40).toFixed(4) : null
    const fill: FillView = sampleFill(this.#number, {
      side,
      price: order.limitPrice!,
      quantity: '0.125',
      fee: '7.7297',
      realisedProfit,
      time,
    })
    this.apply({ type: 'fill', fill })
    const done = { filledQuantity: '0.125', state: 'filled', open: false } as const
    this.apply({ type: 'order', order: { ...order, ...done } })
    this.#event(time, 'order.filled', { side, price: fill.price, fee: fill.fee })
  }

  #event(time: number, topic: string, payload: unknown): void {
    const number = this.eventsNow.length + 1
    this.apply({
      type: 'event',
      event: sampleEvent(number, { time, topic, payload, key: 'BTC/USDT' }),
    })
  }

  #account(time: number): void {
    this.#equity += this.#random.normal() * 22 + 3
    this.#peak = Math.max(this.#peak, this.#equity)
    const price = this.#prices.get('BTC/USDT')!
    const cash = (this.#equity - this.#holding * price).toFixed(2)
    const drawdown = (1 - this.#equity / this.#peak).toFixed(6)
    const equity = this.#equity.toFixed(2)
    this.apply({ type: 'equity', point: { time, equity, cash, drawdown } })
    this.apply({
      type: 'position',
      position: {
        symbol: 'BTC/USDT',
        quantity: String(this.#holding),
        entryPrice: '61790.12',
        markPrice: price.toFixed(2),
        unrealisedProfit: ((price - 61_790.12) * this.#holding).toFixed(4),
        realisedProfit: (this.#equity - 100_000).toFixed(4),
        fees: (this.fillsNow.length * 7.7297).toFixed(4),
      },
    })
    this.apply({ type: 'balance', balance: { asset: 'USDT', total: cash, free: cash } })
    this.apply({ type: 'balance', balance: { asset: 'BTC', total: '0.35', free: '0.225' } })
  }

  #rates(now: number): void {
    const eventsPerSecond = 1800 + this.#random.integer(400)
    const eventsTotal = this.ratesNow.eventsTotal + eventsPerSecond
    const latencyMsP99 = 0.2 + this.#random.next() / 2
    this.apply({
      type: 'rates',
      rates: { ...this.ratesNow, time: now, eventsPerSecond, eventsTotal, latencyMsP99 },
    })
  }
}
