import type { Clock } from '../runtime/index.ts'
import { Call, type CallHome } from './attempt.ts'
import { type AttemptBudget, type AttemptBudgetOptions, budgetOf } from './budget.ts'
import { CircuitBreaker } from './breaker/circuit-breaker.ts'
import { CallCounters } from './call-counters.ts'
import type { Task } from './call-context.ts'
import type { Circuit } from './circuit.ts'
import { Classifier } from './classifier.ts'
import type { Criticality } from './criticality.ts'
import type { Classify } from './error-class.ts'
import { Events, keyed, type Listener } from './events.ts'
import type { Effect } from './effect.ts'
import { compose, type Executor, type OnceExecutor, type Run } from './executor.ts'
import { FastLane, type FastLaneParts } from './fast-lane.ts'
import { FallbackLayer } from './fallback/fallback.ts'
import { Guard } from './guard.ts'
import { HedgeLayer } from './hedge/hedge.ts'
import { invoke, type Invoke } from './invoke.ts'
import type { OnceOutcome, Outcome, Refused, Source, Success } from './outcome.ts'
import { isMeasured, type Metric } from './metric.ts'
import { checkPipeline } from './option-checks.ts'
import { defaultParts } from './parts.ts'
import type { IsFailure } from './policy-options.ts'
import { type CallOptions, wrongCallOption } from './call-options.ts'
import { circuitOpen } from './refusal.ts'
import { shown } from './shown.ts'
import { timersOf } from './timers.ts'
import { unsentFailure } from './unsent-failure.ts'

/**
 * Executors put together, and the door through which calls enter them: turns a call into one
 * promise of one outcome, and counts it. The promise never rejects.
 */
export class Pipeline implements CallHome {
  readonly name: string
  readonly counters = new CallCounters()
  readonly events: Events
  readonly clock: Clock
  readonly criticality: Criticality
  readonly targets: readonly string[] | undefined
  readonly isOnce: boolean
  readonly lane: FastLane | undefined
  readonly #executors: PipelineOptions['executors']
  readonly #send: Invoke
  readonly budget: AttemptBudget | undefined
  readonly probes: CallHome['probes']
  readonly #deadlineMs: number
  readonly #door: Circuit | undefined
  readonly #release: (() => void) | undefined
  #run: Run | undefined = undefined
  /** One value, and one promise of it, for all who are refused in the same millisecond. */
  #refused: Refused | undefined = undefined
  #refusedPromise: Promise<Refused> | undefined = undefined

  constructor(options: PipelineOptions) {
    this.name = options.name
    this.events = options.events
    this.clock = options.clock
    this.criticality = options.criticality ?? 2
    this.targets = options.targets
    this.isOnce = options.isOnce ?? false
    this.#executors = options.executors
    this.#send = invoke(options.classifier)
    this.#deadlineMs = options.deadlineMs ?? Infinity
    const isTimeless = this.#deadlineMs === Infinity
    this.lane = options.lane && isTimeless ? new FastLane(options.lane, this.#send) : undefined
    this.budget = options.budget
    this.probes = options.probes
    this.#door = options.door
    this.#release = options.release
  }

  /** Never rejects and never throws: what became of the call is in the outcome. */
  run<V>(task: Task<V>, options?: CallOptions): Promise<Outcome<V>>
  run(task: Task<unknown>, options?: CallOptions): Promise<OnceOutcome<unknown>> {
    const nowMs = this.clock.monotonicMs()
    this.counters.calls++
    const isCallable = typeof task === 'function'
    if (!isCallable) return this.#notMade(`the task is a function, not ${shown(task)}`)
    const wrong = options && wrongCallOption(options)
    if (wrong !== undefined) return this.#notMade(wrong)
    const { lane } = this
    if (lane?.takes(options, nowMs)) {
      const call = new Call(this, task, nowMs, Infinity, options)
      lane.run(call)
      return call.races || call.reply === undefined ? call.promise() : call.reply
    }
    if (this.#door?.state === 'OPEN') {
      const shut = this.#shut(this.#door, nowMs, options)
      if (shut !== undefined) return shut
    }
    const call = new Call(this, task, nowMs, this.#deadlineOf(options), options)
    this.#enter(call)
    return call.races || call.reply === undefined ? call.promise() : call.reply
  }

  /** For who drops it before a circuit among its executors: `onEvent` hears no more of that. */
  release(): void {
    this.#release?.()
  }

  metrics(): Metric[] {
    const layers = 'executors' in this.#executors ? [] : this.#executors
    return [
      ...this.counters.metrics(this.name),
      ...layers.filter(isMeasured).flatMap((one) => one.metrics()),
    ]
  }

  /** A call tells its outcome. */
  count(outcome: OnceOutcome<unknown>, options: CallOptions | undefined): void {
    const { counters } = this
    if (!outcome.ok) return this.#countTrouble(outcome, options?.key)
    counters.succeeded++
    if (outcome.source !== 'live') this.#countStored(outcome.source, options?.key)
  }

  #countStored(source: Source, key: string | undefined): void {
    if (source === 'live' || source === 'hedge') return
    if (source === 'cache') this.counters.fromCache++
    else this.counters.fromFallback++
    if (this.events.hasListeners) {
      this.events.emit({ type: 'fallback.answered', source, ...keyed(key) })
    }
  }

  #countTrouble(
    outcome: Exclude<OnceOutcome<unknown>, Success<unknown>>,
    key: string | undefined,
  ): void {
    const { counters } = this
    if ('refused' in outcome) {
      counters.refused++
      if (this.events.hasListeners) {
        this.events.emit({ type: 'call.refused', refused: outcome.refused, ...keyed(key) })
      }
    } else if ('unknown' in outcome) counters.unknown++
    else counters.failed++
  }

  #notMade(wrong: string): Promise<OnceOutcome<unknown>> {
    const outcome = unsentFailure(new TypeError(`${this.name}: ${wrong}`))
    this.count(outcome, undefined)
    return Promise.resolve(outcome)
  }

  #deadlineOf(options: CallOptions | undefined): number {
    const own = options?.deadlineMs
    return own === undefined ? this.#deadlineMs : Math.min(this.#deadlineMs, own)
  }

  #enter(call: Call): void {
    this.#run ??= this.#compose()
    this.#run(call, (outcome) => call.finish(outcome))
  }

  #compose(): Run {
    const executors = this.#executors
    return compose('executors' in executors ? executors.executors() : executors, this.#send)
  }

  /** While the break lasts nobody is asked and nothing is made: refusing must cost nothing. */
  #shut(
    door: Circuit,
    nowMs: number,
    options: CallOptions | undefined,
  ): Promise<OnceOutcome<unknown>> | undefined {
    if (options !== undefined && this.#isPointless(options)) return undefined
    const waitMs = door.retryAfterMs(nowMs)
    if (waitMs === 0 || door.admit(nowMs) !== 0) return undefined
    const refused = circuitOpen(waitMs)
    if (this.#refused !== refused) {
      this.#refused = refused
      this.#refusedPromise = Promise.resolve(refused)
    }
    this.count(refused, options)
    return this.#refusedPromise
  }

  /** Given up, or out of time, whatever the circuit says: the guard knows how to put that. */
  #isPointless(options: CallOptions): boolean {
    return options.signal?.aborted === true || this.#deadlineOf(options) <= 0
  }
}

export interface PipelineOptions {
  readonly name: string
  readonly clock: Clock
  readonly events: Events
  /** Outermost first; or who makes them for the first call that needs them. */
  readonly executors: readonly Executor[] | { executors(): readonly Executor[] }
  /** For calls that need none of them. */
  readonly lane?: FastLaneParts | undefined
  readonly classifier: Classifier
  /** A circuit among the executors that may refuse before anything else is done. */
  readonly door?: Circuit | undefined
  /** Each call that is sent pays into it. */
  readonly budget?: AttemptBudget | undefined
  readonly probes?: CallHome['probes']
  readonly deadlineMs?: number | undefined
  readonly criticality?: Criticality | undefined
  readonly targets?: readonly string[] | undefined
  readonly isOnce?: boolean | undefined
  /** Stops listening to what is shared with others. */
  readonly release?: (() => void) | undefined
}

/**
 * For one policy, or a few, used alone, outermost first: `pipeline([timeout(500)])`.
 *
 * What sends a call again or answers in its place (`retry`, `hedge`, `fallback`) needs the `effect`
 * said: `pipeline([retry(), timeout(500)], { effect: 'read' })`. What must not be sent twice goes
 * through a `policy`, which knows what to make of a lost reply.
 *
 * The deadline and the caller's abort hold for all of them but a fallback that comes first, which
 * answers when they have ended the rest.
 */
export function pipeline(
  executors: readonly OnceExecutor[],
  options?: PipelineAloneOptions,
): Pipeline
export function pipeline(
  executors: readonly Executor[],
  options: PipelineAloneOptions & { readonly effect: Exclude<Effect, 'once'> },
): Pipeline
export function pipeline(
  executors: readonly Executor[],
  options: PipelineAloneOptions = {},
): Pipeline {
  checkPipeline(executors, options)
  const { name = 'pipeline', onEvent, classify, isFailure, deadlineMs, targets } = options
  const { clock = defaultParts().clock } = options
  const budget = options.budget ? budgetOf(options.budget) : defaultParts().budget
  const events = new Events(name)
  const layers = executors.map((one) => (one instanceof HedgeLayer ? one.among(executors) : one))
  const outer = layers.findIndex((one) => !(one instanceof FallbackLayer))
  const within = outer === -1 ? [] : layers.slice(outer)
  if (onEvent !== undefined) events.on(onEvent)
  const circuits = layers.filter((one) => one instanceof CircuitBreaker)
  const stops = onEvent === undefined ? [] : circuits.map((one) => one.events.on(onEvent))
  return new Pipeline({
    name,
    clock,
    events,
    executors: [
      ...layers.slice(0, layers.length - within.length),
      new Guard(timersOf(clock), events),
      ...within,
    ],
    classifier: new Classifier({ classify, isFailure, events }),
    budget,
    deadlineMs,
    targets,
    release: () => stops.forEach((stop) => stop()),
  })
}

export interface PipelineAloneOptions {
  /** What repeating the call does; where nothing repeats it, it need not be said. */
  readonly effect?: Exclude<Effect, 'once'> | undefined
  /** Named in events and metrics. Default `pipeline`. */
  readonly name?: string | undefined
  readonly clock?: Clock | undefined
  /** Grants the extra attempts of `retry` and `hedge`. Default: the process's. */
  readonly budget?: AttemptBudget | AttemptBudgetOptions | undefined
  readonly onEvent?: Listener | undefined
  readonly classify?: Classify | undefined
  readonly isFailure?: IsFailure['isFailure'] | undefined
  /** Milliseconds for everything but a fallback that comes first. Default none. */
  readonly deadlineMs?: number | undefined
  /** Where attempts may go: a hedge or retry takes the next one. */
  readonly targets?: readonly string[] | undefined
}
