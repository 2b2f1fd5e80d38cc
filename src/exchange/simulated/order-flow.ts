import type { Random, RandomState } from '../../runtime/index.ts'
import type { Instrument, Price, Quantity, Side } from '../../trading/index.ts'
import type { BookMatcher } from './book-matcher.ts'
import type { BookOrder } from './book-side.ts'
import { firstRegime, nextRegime, type Regime, regimes } from './regime.ts'

/**
 * The crowd of one symbol: makers who quote around a fair price, takers who come at random, and
 * takers who know that the fair price moved away from somebody's quote.
 *
 * What holds: the fair price is a random walk with the regime's drift and volatility and rare,
 * bounded jumps, pulled back to the anchor the more the farther it is, and never outside 60 % to
 * 160 % of it. After every step each side has `levelsMin` levels or more. Only + - * / sqrt and
 * the seeded generator are used, so that a seed is a market on every machine.
 */
export class OrderFlow {
  readonly #matcher: BookMatcher
  readonly #instrument: Instrument
  readonly #character: MarketCharacter
  readonly #random: Random
  #orders: BookOrder[] = []
  #fair: number
  #regime: Regime

  constructor(options: OrderFlowOptions) {
    this.#matcher = options.matcher
    this.#instrument = options.instrument
    this.#character = options.character
    this.#random = options.random
    this.#fair = options.character.anchor
    this.#regime = firstRegime(options.random)
  }

  get fair(): number {
    return this.#fair
  }

  get regime(): Regime {
    return this.#regime
  }

  /** Makers fill both sides of an empty market. */
  open(): void {
    if (this.#matcher.lastPrice === null) this.#matcher.lastPrice = this.#tick(this.#fair)
    this.#quote()
  }

  /** How long until the next step, seeded: 150 ms on average, 500 ms at most. */
  nextGapMs(): number {
    return Math.floor(Math.min(500, 50 + this.#random.exponential(100)))
  }

  /** What the crowd does in `passedMs`. */
  step(passedMs: number): void {
    this.#regime = nextRegime(this.#regime, passedMs, this.#random)
    this.#moveFair(passedMs / 1000)
    this.#orders = this.#orders.filter(({ state }) => state === 'resting')
    this.#takeStaleQuotes()
    this.#takeAtRandom(passedMs)
    this.#withdraw()
    this.#quote()
  }

  snapshot(): OrderFlowState {
    return { fair: this.#fair, regime: this.#regime, random: this.#random.snapshot() }
  }

  /** `lastPrice` is newer than the snapshot where it is given. */
  restore(state: OrderFlowState, lastPrice: Price | null): void {
    this.#fair = lastPrice ?? state.fair
    this.#regime = state.regime
    this.#random.restore(state.random)
  }

  #moveFair(seconds: number): void {
    const { volatility, drift } = regimes[this.#regime.name]
    const { anchor } = this.#character
    const noise = Math.max(-4, Math.min(4, this.#random.normal()))
    const jump = this.#random.next() < jumpChance ? 3 + 3 * this.#random.next() : 1
    const away = (this.#fair - anchor) / anchor
    const pull = (away + 20 * away * Math.abs(away)) / pullSeconds
    const change =
      drift * this.#regime.direction * seconds +
      volatility * Math.sqrt(seconds) * noise * jump -
      pull * seconds
    const fair = this.#fair * (1 + change)
    this.#fair = Math.max(anchor * 0.6, Math.min(anchor * 1.6, fair))
  }

  /** Quotes on the wrong side of the fair price are free money: most are taken. */
  #takeStaleQuotes(): void {
    const { bestBid, bestAsk } = this.#matcher.book
    const tick = this.#instrument.tickSize
    if (bestAsk !== undefined && bestAsk.price < this.#fair - tick) this.#takeUpTo('buy')
    if (bestBid !== undefined && bestBid.price > this.#fair + tick) this.#takeUpTo('sell')
  }

  #takeUpTo(side: Side): void {
    if (this.#random.next() < 0.85) this.#take(side, this.#fair, 2 * this.#character.size)
  }

  #takeAtRandom(passedMs: number): void {
    const { takers } = regimes[this.#regime.name]
    if (this.#random.next() > (passedMs / 450) * takers) return
    const bias = 0.12 * this.#regime.direction
    const side = this.#random.next() < 0.5 + bias ? 'buy' : 'sell'
    const large = this.#random.next() < 0.02 ? 6 : 1
    const size = this.#character.size * large * Math.min(5, this.#random.exponential(0.4))
    // Nobody pays any price: 20 basis points beyond fair is the end.
    this.#take(side, this.#fair * (side === 'buy' ? 1.002 : 0.998), size)
  }

  #take(side: Side, limit: number, size: number): void {
    this.#matcher.submitOther({
      owner: 0,
      side,
      price: this.#tick(limit),
      quantity: this.#lots(size),
      timeInForce: 'ioc',
      postOnly: false,
    })
  }

  /** Makers pull what is stale or far away, and a few at random. */
  #withdraw(): void {
    const { book } = this.#matcher
    const far = this.#levelGap() * depthLevels
    for (const order of this.#orders) {
      const inside = order.side === 'buy' ? this.#fair - order.price : order.price - this.#fair
      if (inside < 0 || inside > far) book.cancel(order)
    }
    for (let count = 0; count < 2 && this.#orders.length > 0; count++) {
      book.cancel(this.#orders[this.#random.integer(this.#orders.length)]!)
    }
  }

  #quote(): void {
    for (const side of ['buy', 'sell'] as const) {
      const { book } = this.#matcher
      const levels = side === 'buy' ? book.bids.levels : book.asks.levels
      if (this.#touchIsEmpty(side)) this.#place(side, 0)
      for (let tries = 0; tries < 150 && levels.length < levelsMin; tries++) {
        this.#place(side, this.#random.next() * (depthLevels - 10))
      }
      this.#place(side, Math.min(depthLevels - 10, this.#random.exponential(6)))
    }
  }

  /** Nobody quotes near the fair price. */
  #touchIsEmpty(side: Side): boolean {
    const { bestBid, bestAsk } = this.#matcher.book
    const best = side === 'buy' ? bestBid : bestAsk
    return best === undefined || Math.abs(best.price - this.#fair) > 2 * this.#halfSpread()
  }

  #place(side: Side, levelsAway: number): void {
    if (this.#orders.length >= ordersMax) return
    const away = this.#halfSpread() + levelsAway * this.#levelGap()
    const size = this.#character.size * (0.15 + Math.min(4, this.#random.exponential(0.6)))
    const order = this.#matcher.submitOther({
      owner: 0,
      side,
      price: this.#tick(side === 'buy' ? this.#fair - away : this.#fair + away),
      quantity: this.#lots(size),
      timeInForce: 'gtc',
      postOnly: true,
    })
    if (order.state === 'resting') this.#orders.push(order)
  }

  #halfSpread(): number {
    const { spread } = regimes[this.#regime.name]
    return Math.max(this.#instrument.tickSize, this.#fair * spread)
  }

  #levelGap(): number {
    return Math.max(this.#instrument.tickSize, this.#fair * 0.5e-4)
  }

  #tick(price: number): Price {
    const { tickSize } = this.#instrument
    return (Math.max(1, Math.round(price / tickSize)) * tickSize) as Price
  }

  #lots(size: number): Quantity {
    const { lotSize } = this.#instrument
    return (Math.max(1, Math.round(size / lotSize)) * lotSize) as Quantity
  }
}

const levelsMin = 24
const depthLevels = 60
const ordersMax = 200
const jumpChance = 0.002
/** A small deviation from the anchor halves in about 1.4 hours; a large one sooner. */
const pullSeconds = 7_200

export interface MarketCharacter {
  /** The price it comes back to, in the instrument's units. */
  readonly anchor: number
  /** An ordinary order, in the instrument's units. */
  readonly size: number
}

export interface OrderFlowOptions {
  readonly instrument: Instrument
  readonly character: MarketCharacter
  readonly matcher: BookMatcher
  readonly random: Random
}

export interface OrderFlowState {
  readonly fair: number
  readonly regime: Regime
  readonly random: RandomState
}
