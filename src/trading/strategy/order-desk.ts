import { GenesisError } from '../../runtime/index.ts'
import type { Instrument } from '../instrument.ts'
import type { OrderSize } from '../order-size.ts'
import type { Side, TimeInForce } from '../order.ts'
import type { OrderIntent, TradeIntent } from './order-intent.ts'
import { orderPrice } from './order-price.ts'

/** One of `fraction`, `quantity`, `notional`, and how. Numbers or decimal text. */
export interface OrderOptions {
  /** Above 0 to 1: of the equity where it opens a position, of the position where it reduces. */
  readonly fraction?: number | string
  /** In the base asset, cut to the lot. */
  readonly quantity?: number | string
  /** In the quote asset. */
  readonly notional?: number | string
  /** Without it a market order. */
  readonly limit?: number | string
  /** Waits until the price is reached; with `limit` a stop-limit order. */
  readonly stop?: number | string
  /** Of orders with a limit: `gtc` by default. */
  readonly timeInForce?: TimeInForce
  readonly postOnly?: boolean
  readonly reduceOnly?: boolean
}

/**
 * `order` in a strategy: takes what it wants, checks it at the call, and hands it over when the
 * strategy's turn ends. Nothing is sent from here.
 */
export class OrderDesk {
  readonly #instrument: Instrument
  readonly #position: () => number
  #intents: OrderIntent[] = []
  #open = false

  /** `position` is the current one in units, to know whether there is something to close. */
  constructor(instrument: Instrument, position: () => number) {
    this.#instrument = instrument
    this.#position = position
  }

  buy(options: OrderOptions): void {
    this.#add(this.#trade('buy', options))
  }

  sell(options: OrderOptions): void {
    this.#add(this.#trade('sell', options))
  }

  /** Closes the whole position at the market; nothing when there is none. */
  close(): void {
    this.#refuseOutsideTurn()
    if (this.#position() !== 0) this.#add(CLOSE)
  }

  /** Cancels this strategy's working orders. */
  cancelAll(): void {
    this.#add(CANCEL_ALL)
  }

  /** For `StrategyRun`: the strategy's turn begins. */
  begin(): void {
    this.#open = true
  }

  /** For `StrategyRun`: the turn is over; what it asked for, frozen. */
  take(): readonly OrderIntent[] {
    this.#open = false
    if (this.#intents.length === 0) return NO_INTENTS
    const taken = Object.freeze(this.#intents)
    this.#intents = []
    return taken
  }

  #add(intent: OrderIntent): void {
    this.#refuseOutsideTurn()
    if (this.#intents.length === INTENTS_MAX) {
      throw bad('order', `asked for ${INTENTS_MAX + 1} times on one bar`, `at most ${INTENTS_MAX}`)
    }
    this.#intents.push(intent)
  }

  #refuseOutsideTurn(): void {
    if (this.#open) return
    throw new GenesisError(
      'bad-input',
      'order was used outside onStart, onBar and onFill; a strategy decides within its turn',
    )
  }

  #trade(action: Side, options: OrderOptions): TradeIntent {
    for (const name of Object.keys(options)) {
      if (!OPTION_NAMES.has(name)) throw bad(name, 'no option of an order', [...OPTION_NAMES])
    }
    const { limit, stop, postOnly = false, reduceOnly = false } = options
    const hasLimit = limit !== undefined
    const hasStop = stop !== undefined
    const timeInForce = options.timeInForce ?? (hasLimit || hasStop ? 'gtc' : 'ioc')
    checkFlag('postOnly', postOnly)
    checkFlag('reduceOnly', reduceOnly)
    if (!TIMES_IN_FORCE.includes(timeInForce)) {
      throw bad('timeInForce', quoted(timeInForce), TIMES_IN_FORCE)
    }
    if (options.timeInForce !== undefined && !hasLimit) {
      throw bad('timeInForce', quoted(timeInForce), 'left out where there is no limit')
    }
    if (postOnly && (!hasLimit || hasStop || timeInForce !== 'gtc')) {
      throw bad('postOnly', 'true', 'left out unless the order is a plain gtc limit order')
    }
    return {
      action,
      size: orderSize(options),
      type: hasLimit ? (hasStop ? 'stop-limit' : 'limit') : hasStop ? 'stop' : 'market',
      limitPrice: hasLimit ? orderPrice('limit', action, limit, this.#instrument) : null,
      stopPrice: hasStop ? orderPrice('stop', action, stop, this.#instrument) : null,
      timeInForce,
      postOnly,
      reduceOnly,
    }
  }
}

export const NO_INTENTS: readonly OrderIntent[] = Object.freeze([])
const CLOSE: OrderIntent = Object.freeze({ action: 'close' })
const CANCEL_ALL: OrderIntent = Object.freeze({ action: 'cancel-all' })
const INTENTS_MAX = 100
const TIMES_IN_FORCE: readonly TimeInForce[] = ['gtc', 'ioc', 'fok']
const SIZES = ['fraction', 'quantity', 'notional'] as const
const OPTION_NAMES: ReadonlySet<string> = new Set<keyof OrderOptions>([
  ...SIZES,
  'limit',
  'stop',
  'timeInForce',
  'postOnly',
  'reduceOnly',
])
const PLAIN_NUMBER = /^\d+(\.\d*)?$/

function orderSize(options: OrderOptions): OrderSize {
  const [name, ...others] = SIZES.filter((size) => options[size] !== undefined)
  if (name === undefined || others.length > 0) {
    throw bad('the size', name === undefined ? 'missing' : 'given twice', SIZES)
  }
  const given: unknown = options[name]
  const value = typeof given === 'string' && PLAIN_NUMBER.test(given) ? Number(given) : given
  const most = name === 'fraction' ? 1 : Number.MAX_VALUE
  if (typeof value !== 'number' || !(value > 0 && value <= most)) {
    throw bad(name, quoted(given), name === 'fraction' ? 'above 0 and at most 1' : 'above 0')
  }
  if (name === 'fraction') return { fraction: value }
  const exact = given as string | number
  return name === 'quantity' ? { quantity: exact } : { notional: exact }
}

function checkFlag(name: string, value: unknown): void {
  if (typeof value !== 'boolean') throw bad(name, quoted(value), 'true or false')
}

function quoted(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : String(value)
}

function bad(field: string, value: string, allowed: string | readonly string[]): GenesisError {
  const text = typeof allowed === 'string' ? allowed : `one of ${allowed.join(', ')}`
  return new GenesisError('bad-input', `${field} is ${value}; it must be ${text}`, {
    details: { field },
  })
}
