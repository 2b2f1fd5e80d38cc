import { GenesisError, type Log } from '../../runtime/index.ts'
import type { Instrument } from '../instrument.ts'
import type { Bar, Bars } from './bars.ts'
import type { OrderDesk } from './order-desk.ts'
import type { ParameterSpecs, ParameterValues } from './parameter.ts'
import type { StrategyPosition } from './strategy-position.ts'

/**
 * A trading strategy: the same file in a back-test, on paper and live.
 *
 * - `setup` runs once and returns the state: indicators, and plain JSON values for anything to be
 *   remembered. Both are in every checkpoint. A variable outside `setup` is not.
 * - `onBar` runs when a bar has closed, with every indicator up to date. What it orders trades at
 *   the next price, never at this one.
 * - Everything is synchronous and depends on nothing but what is handed in.
 */
export interface StrategyDefinition<Specs extends ParameterSpecs, State extends object> {
  /** Letters, digits and dashes, 40 at most. */
  readonly name: string
  readonly params?: Specs
  setup(inputs: SetupInputs<ParameterValues<Specs>>): State
  /** Once, on the very first bar, before its `onBar`. Not after a restart. */
  onStart?(context: StrategyContext<ParameterValues<Specs>> & State): void
  onBar(context: StrategyContext<ParameterValues<Specs>> & State): void
  /** After each fill of this strategy's orders. */
  onFill?(context: FillContext<ParameterValues<Specs>> & State): void
}

export interface SetupInputs<Values> {
  readonly params: Values
  readonly bars: Bars
  readonly instrument: Instrument
}

/** One object for all turns of a run, with the state's fields beside these. */
export interface StrategyContext<Values> {
  readonly params: Values
  readonly instrument: Instrument
  readonly bars: Bars
  /** The bar that closed last, in doubles. */
  readonly bar: Bar
  readonly position: StrategyPosition
  readonly order: OrderDesk
  /** In the quote asset: cash and the position at its market value. */
  readonly equity: number
  /** UTC milliseconds: the bar's close, or the fill's time. */
  readonly time: number
  readonly log: Log
}

export interface FillContext<Values> extends StrategyContext<Values> {
  readonly fill: Fill
}

/** A fill in doubles. */
export interface Fill {
  readonly clientOrderId: string
  readonly side: 'buy' | 'sell'
  readonly price: number
  readonly quantity: number
  /** In the quote asset; below 0 is a rebate. */
  readonly fee: number
  readonly liquidity: 'maker' | 'taker'
}

/** A checked definition of any parameters and state. */
export interface Strategy {
  readonly kind: 'genesis-strategy'
  readonly name: string
  readonly params: ParameterSpecs
  setup(inputs: SetupInputs<ParameterValues>): object
  onStart?(context: StrategyContext<ParameterValues>): void
  onBar(context: StrategyContext<ParameterValues>): void
  onFill?(context: FillContext<ParameterValues>): void
}

const NAME_PATTERN = /^[a-z0-9][a-z0-9-]{0,39}$/i
const FIELDS = new Set(['name', 'params', 'setup', 'onStart', 'onBar', 'onFill'])

/** The front door: `export default strategy({ ... })`. */
export function strategy<
  State extends object,
  Specs extends ParameterSpecs = Readonly<Record<never, never>>,
>(definition: StrategyDefinition<Specs, State>): Strategy {
  const { name, setup, onBar, onStart, onFill } = definition
  for (const field of Object.keys(definition)) {
    if (!FIELDS.has(field)) throw bad(field, 'no part of a strategy', [...FIELDS].join(', '))
  }
  if (typeof name !== 'string' || !NAME_PATTERN.test(name)) {
    throw bad('name', JSON.stringify(name), 'up to 40 letters, digits and dashes')
  }
  for (const [field, value] of Object.entries({ setup, onBar })) {
    if (typeof value !== 'function') throw bad(field, typeof value, 'a function')
  }
  for (const [field, value] of Object.entries({ onStart, onFill })) {
    if (value !== undefined && typeof value !== 'function') {
      throw bad(field, typeof value, 'a function or absent')
    }
  }
  // Parameters and state are erased: StrategyRun hands in what setup itself returned.
  const erased = { ...definition, params: definition.params ?? {}, kind: 'genesis-strategy' }
  return Object.freeze(erased) as unknown as Strategy
}

/** Whether a file's default export came from `strategy()`, be it of another copy of Genesis. */
export function isStrategy(value: unknown): value is Strategy {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as { kind?: unknown }).kind === 'genesis-strategy'
  )
}

function bad(field: string, value: string, allowed: string): GenesisError {
  return new GenesisError('bad-input', `a strategy's ${field} is ${value}; allowed: ${allowed}`, {
    details: { field },
  })
}
