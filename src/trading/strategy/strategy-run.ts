import { assert, GenesisError, silentLog, type Log } from '../../runtime/index.ts'
import type { Candle } from '../candle.ts'
import { StateReader, StateWriter, type IndicatorState } from '../indicators/index.ts'
import { priceToNumber, quantityToNumber, type Instrument } from '../instrument.ts'
import { moneyToNumber, parseMoney, powerOfTen, type Quantity } from '../money.ts'
import type { OrderReport } from '../order.ts'
import { Bar, Bars } from './bars.ts'
import { loadParameters } from './load-parameters.ts'
import { OrderDesk } from './order-desk.ts'
import type { OrderIntent } from './order-intent.ts'
import type { ParameterValues } from './parameter.ts'
import { StrategyPosition } from './strategy-position.ts'
import type { StrategyView } from './strategy-view.ts'
import { SeriesGraph, type NodeState } from './series-graph.ts'
import { copyJson, dataFields, type JsonValue } from './strategy-state.ts'
import type { Fill, FillContext, SetupInputs, Strategy, StrategyContext } from './strategy.ts'

/**
 * One running instance of a strategy on one instrument.
 *
 * - A pure function of its definition, its parameters and the bars and fills it was given, in
 *   their order: the same again gives the same intents.
 * - `snapshot()` between two turns holds all of its state; a new run that restores it continues
 *   as if nothing had happened.
 * - A turn without an order allocates nothing.
 */
export class StrategyRun {
  readonly parameters: ParameterValues
  readonly #strategy: Strategy
  readonly #instrument: Instrument
  readonly #graph = new SeriesGraph()
  readonly #bars: Bars
  readonly #desk: OrderDesk
  readonly #context: RunContext
  readonly #dataFields: readonly string[]
  #view: StrategyView = EMPTY_VIEW

  constructor(options: {
    readonly strategy: Strategy
    /** Values or their text, by name; the others have their defaults. */
    readonly parameters?: Readonly<Record<string, unknown>>
    readonly instrument: Instrument
    readonly log?: Log
  }) {
    const { strategy, instrument } = options
    this.#strategy = strategy
    this.#instrument = instrument
    this.parameters = loadParameters(strategy.params, options.parameters)
    this.#bars = new Bars(this.#graph, instrument)
    this.#desk = new OrderDesk(instrument, () => this.#view.positionQuantity)
    const state = setUp(strategy, { params: this.parameters, bars: this.#bars, instrument })
    this.#graph.seal()
    this.#context = this.#makeContext(stateFields(state), options.log ?? silentLog)
    this.#dataFields = dataFields(state as Record<string, unknown>)
  }

  /** Bars seen since the very first start. */
  get barCount(): number {
    return this.#bars.count
  }

  /** A closed bar. The intents are frozen and the caller's to keep. */
  onBar(candle: Candle, view: StrategyView): readonly OrderIntent[] {
    const bars = this.#bars
    bars.push(candle)
    this.#graph.step()
    this.#view = view
    const context = this.#context
    context.time = bars.closeTime
    this.#desk.begin()
    try {
      if (bars.count === 1) this.#strategy.onStart?.(context)
      refusePromise(this.#strategy.onBar(context))
    } catch (error) {
      this.#desk.take()
      throw error
    }
    return this.#desk.take()
  }

  /** A fill of one of this strategy's orders, after the portfolio has booked it. */
  onFill(
    report: Extract<OrderReport, { type: 'filled' }>,
    view: StrategyView,
  ): readonly OrderIntent[] {
    this.#view = view
    const context = this.#context
    context.time = report.time
    context.fill = this.#fillOf(report)
    this.#desk.begin()
    try {
      refusePromise(this.#strategy.onFill?.(context as FillContext<ParameterValues>))
    } catch (error) {
      this.#desk.take()
      throw error
    }
    return this.#desk.take()
  }

  snapshot(): StrategyRunState {
    const bars = new StateWriter()
    this.#bars.carry(bars)
    const state: Record<string, JsonValue> = {}
    for (const name of this.#dataFields) state[name] = copyJson(this.#context[name], name)
    return {
      strategy: this.#strategy.name,
      parameters: this.parameters,
      symbol: this.#instrument.symbol,
      bars: bars.stored,
      indicators: this.#graph.snapshot(),
      state,
    }
  }

  /** For a new run of the same strategy, parameters and instrument: else `bad-checkpoint`. */
  restore(saved: StrategyRunState): void {
    assert(this.#bars.count === 0, 'a strategy run is restored before its first bar')
    this.#refuseOther(saved)
    const bars = new StateReader(saved.bars)
    this.#bars.carry(bars)
    bars.end()
    this.#graph.restore(saved.indicators)
    for (const name of this.#dataFields) this.#context[name] = copyJson(saved.state[name], name)
  }

  #refuseOther(saved: StrategyRunState): void {
    const here = [this.#strategy.name, this.#instrument.symbol, inWords(this.parameters)]
    const there = [saved.strategy, saved.symbol, inWords(saved.parameters)]
    const names = this.#dataFields.join(', ')
    const savedNames = Object.keys(saved.state).join(', ')
    if (here.join() === there.join() && names === savedNames) return
    throw new GenesisError(
      'bad-checkpoint',
      `the checkpoint is of ${there.join(' ')} with state {${savedNames}}, ` +
        `not of ${here.join(' ')} with state {${names}}`,
    )
  }

  #makeContext(state: Readonly<Record<string, unknown>>, log: Log): RunContext {
    const view = () => this.#view
    const own = {
      params: this.parameters,
      instrument: this.#instrument,
      bars: this.#bars,
      bar: new Bar(this.#bars),
      position: new StrategyPosition(view, powerOfTen(this.#instrument.quantityDecimals)),
      order: this.#desk,
      log,
      time: Number.NaN,
      fill: null,
      get equity() {
        return view().equity
      },
    }
    for (const name of Object.keys(state)) {
      if (name in own) {
        throw new GenesisError(
          'bad-input',
          `the strategy's state has a field ${name}; that name is taken, choose another`,
        )
      }
    }
    // Sealed: a field added later would be missing from checkpoints.
    return Object.seal(Object.assign(own, state))
  }

  #fillOf(report: Extract<OrderReport, { type: 'filled' }>): Fill {
    return {
      clientOrderId: report.clientOrderId,
      side: report.side,
      price: priceToNumber(report.price, this.#instrument),
      quantity: quantityToNumber(report.quantity, this.#instrument),
      fee: moneyToNumber(parseMoney(report.fee, 'fee')),
      liquidity: report.liquidity,
    }
  }
}

/** As JSON. */
export interface StrategyRunState {
  readonly strategy: string
  readonly parameters: ParameterValues
  readonly symbol: string
  readonly bars: IndicatorState
  readonly indicators: readonly NodeState[]
  readonly state: Readonly<Record<string, JsonValue>>
}

interface RunContext extends StrategyContext<ParameterValues> {
  time: number
  fill: Fill | null
  [stateField: string]: unknown
}

const EMPTY_VIEW: StrategyView = {
  positionQuantity: 0 as Quantity,
  averagePrice: 0,
  unrealisedProfit: 0,
  equity: 0,
}

function setUp(strategy: Strategy, inputs: SetupInputs<ParameterValues>): object {
  try {
    return strategy.setup(inputs)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    const sentence = `the setup of the strategy ${strategy.name} threw: ${why}`
    throw new GenesisError('bad-input', sentence, { cause })
  }
}

function stateFields(state: unknown): Readonly<Record<string, unknown>> {
  if (typeof state === 'object' && state !== null && !Array.isArray(state)) {
    return state as Record<string, unknown>
  }
  throw new GenesisError(
    'bad-input',
    "a strategy's setup returned no object; it must return its state, if only {}",
  )
}

function inWords(parameters: ParameterValues): string {
  const names = Object.keys(parameters).sort()
  return `(${names.map((name) => `${name} ${String(parameters[name])}`).join(', ')})`
}

function refusePromise(returned: unknown): void {
  if (returned === undefined) return
  if (typeof returned === 'object' && returned !== null && 'then' in returned) {
    throw new GenesisError(
      'bad-input',
      'a strategy returned a promise; it decides within its turn and cannot wait',
    )
  }
}
