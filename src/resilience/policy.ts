import type { Metric } from './metric.ts'
import type { AttemptBudget } from './budget.ts'
import type { CallCounters } from './call-counters.ts'
import type { CallContext, Task } from './call-context.ts'
import type { CircuitBreaker } from './breaker/circuit-breaker.ts'
import type { CircuitSnapshot } from './breaker/circuit-snapshot.ts'
import type { Effect } from './effect.ts'
import type { Events } from './events.ts'
import { type OnceOutcome, type Outcome, unwrap } from './outcome.ts'
import { checkOptions, checkWrapped } from './option-checks.ts'
import { assemble, type Assembled } from './policy-assembly.ts'
import type { CallOptions } from './call-options.ts'
import type { PolicyOptions } from './policy-options.ts'
import type { LatencyPrediction } from './prediction.ts'
import { unsentFailure } from './unsent-failure.ts'

/**
 * `policy(name, options)`: everything a call to somebody else needs, in one fixed order.
 *
 * Outermost first: fallback, [unknown, for `once`], overall deadline, bulkhead, adaptive limiter,
 * retry with the key gate, client throttle, breaker, hedge, rate limiter, attempt timeout, then
 * what the user put innermost, then the task. The order is the meaning: one deadline covers all
 * retries; the breaker sees a hedged call as one; the rate limiter counts every attempt; a timeout
 * cuts one attempt and not the call.
 */
export function policy<E extends Effect, T = never>(
  name: string,
  options: PolicyOptions<E, T>,
): Policy<E, T> {
  return new Policy(name, options)
}

export type OutcomeOf<E extends Effect, V> = E extends 'once' ? OnceOutcome<V> : Outcome<V>

export class Policy<E extends Effect, T = never> {
  readonly name: string
  readonly #options: PolicyOptions<E, T>
  readonly #within: Events | undefined
  /** Of a policy with nothing but plain options only with the first call: most keys have none. */
  #assembled: Assembled | undefined = undefined

  /** `within` hears what this tells: the events of a keyed policy. */
  constructor(name: string, options: PolicyOptions<E, T>, within?: Events) {
    checkOptions(name, options)
    this.name = name
    this.#within = within
    this.#options = { ...options }
    if (!Object.values(options).every(isPlain)) this.#assemble()
  }

  get breaker(): CircuitBreaker | undefined {
    return this.#assemble().breaker
  }

  get latency(): LatencyPrediction {
    return this.#assemble().latency
  }

  get budget(): AttemptBudget {
    return this.#assemble().budget
  }

  get events(): Events {
    return this.#assemble().pipeline.events
  }

  get counters(): CallCounters {
    return this.#assemble().pipeline.counters
  }

  /** Never rejects and never throws: what became of the call is in the outcome. */
  run<V>(task: Task<V>, options?: CallOptions): Promise<OutcomeOf<E, V | T>> {
    const { pipeline } = this.#assembled ?? this.#assemble()
    return pipeline.run(task, options)
  }

  /** The value, or throws: for people who want exceptions. */
  async value<V>(task: Task<V>, options?: CallOptions): Promise<V | T> {
    return unwrap<V | T>(await this.run(task, options))
  }

  /**
   * The same function, under this policy; `optionsOf` reads key, signal and the like from its
   * arguments. When that throws, nothing is sent, and the failure says why.
   */
  wrap<A extends unknown[], V>(
    task: (context: CallContext, ...given: A) => V | PromiseLike<V>,
    optionsOf?: (...given: A) => CallOptions,
  ): (...given: A) => Promise<OutcomeOf<E, V | T>> {
    checkWrapped(this.name, task)
    return async (...given) => {
      let options: CallOptions | undefined
      try {
        options = optionsOf?.(...given)
      } catch (error) {
        return unsentFailure(error)
      }
      return this.run((context) => task(context, ...given), options)
    }
  }

  /** The circuit as JSON, dated by the policy's clock; undefined without one. */
  export(): CircuitSnapshot | undefined {
    return this.breaker?.export(this.#assemble().pipeline.clock)
  }

  /**
   * The next process's circuit goes on where the exported one was, older by the wall time that has
   * passed since. Throws `bad-input` at a damaged one; without a circuit there is nothing to do.
   */
  import(snapshot: CircuitSnapshot): void {
    this.breaker?.import(snapshot, this.#assemble().pipeline.clock)
  }

  /**
   * For who drops a policy before the circuit passed to it: `onEvent` hears no more of that, and
   * nothing of the policy stays reachable from there. Calls go on as before.
   */
  release(): void {
    this.#assembled?.pipeline.release()
  }

  metrics(): Metric[] {
    return [
      ...this.counters.metrics(this.name),
      ...(this.breaker?.metrics() ?? []),
      ...latencyMetrics(this.name, this.latency),
      ...budgetMetrics(this.name, this.budget),
      ...this.#assemble()
        .measured.flatMap((one) => one.metrics())
        .map((metric) => this.#own(metric)),
    ]
  }

  /** A limit need not have a name, and two policies may both have one. */
  #own(metric: Metric): Metric {
    return { ...metric, attributes: { ...metric.attributes, policy: this.name } }
  }

  #assemble(): Assembled {
    this.#assembled ??= assemble(this.name, this.#options, this.#within)
    return this.#assembled
  }
}

/** Nothing that somebody else holds, or that has to be tried out to be believed. */
function isPlain(option: unknown): boolean {
  return typeof option !== 'object' && typeof option !== 'function'
}

/** Nothing before the first reply: a gauge of NaN helps nobody. */
function latencyMetrics(policy: string, latency: LatencyPrediction): Metric[] {
  const figures = [
    ['mean', latency.expectedMs],
    ['p50', latency.p50Ms],
    ['p95', latency.p95Ms],
    ['p99.9', latency.p999Ms],
  ] as const
  const name = 'genesis.resilience.latency'
  return figures
    .filter(([, value]) => value === value)
    .map(([figure, value]) => ({
      name,
      kind: 'gauge',
      unit: 'ms',
      value,
      attributes: { policy, figure },
    }))
}

/** Of the whole purse, which this policy may share with others. */
function budgetMetrics(policy: string, { granted, denied }: AttemptBudget): Metric[] {
  const name = 'genesis.resilience.budget.requests'
  return Object.entries({ granted, denied }).map(([answer, value]) => ({
    name,
    kind: 'counter',
    unit: '{attempt}',
    value,
    attributes: { policy, answer },
  }))
}
