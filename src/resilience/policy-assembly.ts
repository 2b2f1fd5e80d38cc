import { assert } from '../runtime/index.ts'
import { AttemptTimeout, type AttemptTimeoutOptions } from './attempt-timeout.ts'
import { CircuitBreaker } from './breaker/circuit-breaker.ts'
import { type AttemptBudget, budgetOf } from './budget.ts'
import { Classifier } from './classifier.ts'
import type { Effect } from './effect.ts'
import type { Classify } from './error-class.ts'
import { Events } from './events.ts'
import { compose, type Executor, type Run } from './executor.ts'
import type { FastLaneParts } from './fast-lane.ts'
import { AnswerCache } from './fallback/answer-cache.ts'
import { FallbackAnswer } from './fallback/fallback-answer.ts'
import { FallbackCall, fallbackMsDefault } from './fallback/fallback-call.ts'
import { Guard } from './guard.ts'
import { isolatedRandom } from './isolated-random.ts'
import { checkHedge } from './hedge/attempt-plan.ts'
import { Hedge, wholeHedge } from './hedge/hedge.ts'
import { isMeasured, type Measured } from './metric.ts'
import { OnceUnknown } from './once-unknown.ts'
import type { Outcome } from './outcome.ts'
import { defaultParts, type Parts } from './parts.ts'
import { Pipeline } from './pipeline.ts'
import type {
  CommonOptions,
  HedgeOptions,
  OnceOptions,
  PolicyOptions,
  RepeatableOptions,
  RetryOptions,
} from './policy-options.ts'
import type { LatencyPrediction } from './prediction.ts'
import { attemptsWanted } from './prediction/attempts-wanted.ts'
import { dynamicTimeoutMs } from './prediction/dynamic-timeout.ts'
import { LatencyPredictor } from './prediction/latency-predictor.ts'
import { SuccessPredictor } from './prediction/success-predictor.ts'
import { Backoff } from './retry/backoff.ts'
import { KeyGate } from './retry/key-gate.ts'
import { isolatedProof, Retry, retryDefaults, wholeRetry } from './retry/retry.ts'
import type { Whole } from './whole.ts'
import { hasPlaces } from './places.ts'
import { type Timers, timersOf } from './timers.ts'

/** Puts a policy's layers together; each is left out when nothing in the options needs it. */
export interface Assembled {
  readonly pipeline: Pipeline
  readonly breaker: CircuitBreaker | undefined
  readonly latency: LatencyPrediction
  readonly budget: AttemptBudget
  /** What the user put in that has figures of its own. */
  readonly measured: readonly Measured[]
}

type AnyOptions = CommonOptions<Effect> & (RepeatableOptions<unknown> | OnceOptions)

export function assemble<E extends Effect, T>(
  name: string,
  given: PolicyOptions<E, T>,
  within?: Events,
): Assembled {
  const options = given as AnyOptions
  const workings = new Workings(name, options, within)
  const { parts, events, breaker, latency } = workings
  const layers = isPlain(options) ? undefined : workings.executors()
  if (typeof options.retry === 'object') workings.makeRetry()
  const pipeline = new Pipeline({
    name,
    clock: parts.clock,
    events,
    executors: layers ?? workings,
    lane: layers === undefined ? workings : undefined,
    classifier: classifier(options, events),
    door: mayRefuseFirst(workings) ? breaker : undefined,
    budget: parts.budget,
    probes: workings,
    deadlineMs: options.deadlineMs,
    targets: options.targets,
    isOnce: options.effect === 'once',
    release: listenToShared(options),
    criticality: options.criticality ?? (options.essential === true ? 4 : undefined),
  })
  return { pipeline, breaker, latency, budget: parts.budget, measured: measured(options) }
}

function executorsWithinRetry(workings: Workings): (Executor | undefined)[] {
  const { options, breaker, timeout } = workings
  return [
    options.throttle,
    breaker,
    hedge(workings),
    options.rateLimit,
    timeout,
    ...(options.innermost ?? []),
  ]
}

function measured(options: AnyOptions): readonly Measured[] {
  const { bulkhead, limiter, throttle, rateLimit, innermost = nothing } = options
  const found = [bulkhead, limiter, throttle, rateLimit, ...innermost].filter(isMeasured)
  return found.length === 0 ? nothing : found
}

const nothing: readonly never[] = []

function present(executors: readonly (Executor | undefined)[]): Executor[] {
  return executors.filter((executor) => executor !== undefined)
}

/** Nothing but retry, breaker and attempt timeout has a say while the circuit is closed. */
function isPlain(options: AnyOptions): boolean {
  const { effect, fallback, cache, bulkhead, limiter, throttle, rateLimit, innermost } = options
  const others = [fallback, bulkhead, limiter, throttle, rateLimit, innermost]
  const isAlone = others.every((one) => one === undefined)
  return isAlone && effect !== 'once' && !options.hedge && !cache
}

/** Nothing has to be tried when the circuit is open, and a refusal is a refusal. */
function mayRefuseFirst({ options, breaker }: Workings): boolean {
  const hasStored = options.fallback !== undefined || (options.cache ?? false) !== false
  return !hasStored && breaker?.shadow === false
}

/** What the layers of one policy have in common. */
class Workings implements FastLaneParts {
  readonly name: string
  readonly options: AnyOptions
  readonly parts: Parts
  readonly timers: Timers
  readonly events: Events
  readonly latency: LatencyPrediction
  readonly success: SuccessPredictor | undefined
  readonly breaker: CircuitBreaker | undefined
  readonly timeoutMs: AttemptTimeoutOptions['timeoutMs']
  readonly timeout: AttemptTimeout
  retry: Retry | undefined = undefined

  constructor(name: string, options: AnyOptions, within: Events | undefined) {
    this.name = name
    this.options = options
    this.events = new Events(name, within)
    this.parts = partsOf(options, this.events)
    this.timers = timersOf(this.parts.clock)
    if (options.onEvent !== undefined) this.events.on(options.onEvent)
    this.latency = latencyOf(options, this.parts)
    this.success = needsSuccess(options) ? new SuccessPredictor(this) : undefined
    this.breaker = breaker(name, options, this)
    if (within !== undefined) this.breaker?.events.joinWithin(within)
    this.timeoutMs = timeoutMs(options)
    this.timeout = new AttemptTimeout(this)
  }

  /** Outermost first. */
  executors(): Executor[] {
    const { options, timers, events } = this
    return present([
      fallbackAnswer(this),
      options.effect === 'once' ? new OnceUnknown(reconciler(this)) : undefined,
      new Guard(timers, events, options.effect === 'once'),
      options.bulkhead,
      options.limiter,
      this.makeRetry(),
      ...executorsWithinRetry(this),
    ])
  }

  /** A time that the user said is what a probe has, too; without any it has what its caller has. */
  probeMs(patience: number): number {
    const { timeout = 'dynamic' } = this.options
    if (timeout === false) return Infinity
    return timeout === 'dynamic'
      ? dynamicTimeoutMs('HALF_OPEN', this.latency, { patience })
      : timeout
  }

  makeRetry(): Retry | undefined {
    this.retry ??= retry(this)
    return this.retry
  }

  within(send: Run): Run {
    return compose(present(executorsWithinRetry(this)), send)
  }
}

function partsOf({ clock, random, budget }: AnyOptions, events: Events): Parts {
  if (clock === undefined && random === undefined && budget === undefined) return defaultParts()
  const given = {
    clock,
    random: random && isolatedRandom(random, events),
    budget: budget && budgetOf(budget),
  }
  const { clock: ownClock, random: ownRandom, budget: ownBudget } = given
  const isWhole = ownClock !== undefined && ownRandom !== undefined && ownBudget !== undefined
  if (isWhole) return { clock: ownClock, random: ownRandom, budget: ownBudget }
  return { ...defaultParts(), ...withoutUndefined(given) }
}

/** Without the members that are not there, which would hide the defaults. */
function withoutUndefined<T extends object>(options: T): Partial<Whole<T>> {
  const there = Object.entries(options).filter(([, value]) => value !== undefined)
  return Object.fromEntries(there) as Partial<Whole<T>>
}

/** To plan attempts by (a circuit's states ask for more), or to abandon hopeless ones. */
function needsSuccess({ effect, breaker, retry }: AnyOptions): boolean {
  return effect === 'once' ? Boolean(retry) : breaker !== false || retry !== false
}

/** A circuit and its policies go by one latency: it is that of the other side. */
function latencyOf(
  { breaker, essential = false }: AnyOptions,
  { clock }: Parts,
): LatencyPrediction {
  const isPassedIn = breaker instanceof CircuitBreaker
  return isPassedIn ? breaker.join(essential, clock) : new LatencyPredictor()
}

function breaker(
  name: string,
  { breaker: asked, essential = false, shadow = false }: AnyOptions,
  { parts, events, latency }: Pick<Workings, 'parts' | 'events' | 'latency'>,
): CircuitBreaker | undefined {
  if (asked === false) return undefined
  if (asked instanceof CircuitBreaker) {
    const isAlike = asked.shadow || !shadow
    assert(isAlike, 'shadow belongs to the breaker passed in: circuitBreaker({ shadow: true })')
    return asked
  }
  return new CircuitBreaker({
    name,
    essential,
    shadow,
    events,
    latency,
    random: parts.random,
    clock: parts.clock,
    ...(asked && withoutUndefined(asked)),
  })
}

function listenToShared({ breaker, onEvent }: AnyOptions): (() => void) | undefined {
  const isShared = breaker instanceof CircuitBreaker && onEvent !== undefined
  return isShared ? breaker.events.on(onEvent) : undefined
}

function fallbackAnswer(workings: Workings): Executor | undefined {
  const { options, timers, events, latency, breaker } = workings
  const { fallback, cache, essential = false, fallbackMs = fallbackMsDefault } = options
  if (fallback === undefined && (cache === undefined || cache === false)) return undefined
  return new FallbackAnswer({
    circuit: breaker,
    cache: cache === undefined || cache === false ? undefined : new AnswerCache(cache),
    fallback:
      fallback === undefined
        ? undefined
        : new FallbackCall({
            fallback,
            withinMs: fallbackMs,
            timers,
            events,
          }),
    essential,
    latency,
    timers,
    events,
  })
}

function retry(workings: Workings): Retry | undefined {
  const { options, parts, timers, events, latency, success } = workings
  // Without retries it still keeps the key gate.
  const asked: RetryOptions = options.retry === false ? { attempts: 1 } : (options.retry ?? {})
  const { baseMs, maxMs, jitter, abandonBelow } = wholeRetry(asked)
  const isOnce = options.effect === 'once' && !options.retry
  const attempts = asked.attempts ?? (isOnce ? 1 : retryDefaults.attempts)
  return new Retry({
    attempts,
    backoff: new Backoff({ baseMs, maxMs, jitter, random: parts.random }),
    waitMsMax: maxMs,
    abandonBelow,
    essential: options.essential === true,
    gate: new KeyGate(),
    budget: parts.budget,
    timers,
    events,
    latency,
    success,
    circuit: workings.breaker,
    isUnsent: isUnsentOf(options, events),
  })
}

function isUnsentOf(
  { retry }: AnyOptions,
  events: Events,
): ((error: unknown) => boolean) | undefined {
  if (retry === undefined || retry === false || !('isUnsent' in retry)) return undefined
  return retry.isUnsent && isolatedProof(retry.isUnsent, events)
}

/** What is proven not to have been sent is an ordinary failure, also of a `once`. */
function classify(options: AnyOptions, events: Events): Classify | undefined {
  const isUnsent = isUnsentOf(options, events)
  if (isUnsent === undefined) return options.classify
  return (error) => options.classify?.(error) ?? (isUnsent(error) ? 'transient' : undefined)
}

function hedge(workings: Workings): Hedge | undefined {
  const { options, parts, timers, events, latency, success, breaker } = workings
  // `false` is the user's word, also against what a state would ask for.
  if (options.effect === 'once' || options.hedge === false) return undefined
  const asked = hedgeOptions(options.hedge)
  if (asked === undefined && breaker === undefined) return undefined
  const { attempts, after, afterMsMin } = wholeHedge(asked ?? { attempts: 1 })
  checkHedge(attempts, after)
  const places = [options.bulkhead, options.limiter, options.rateLimit].filter(hasPlaces)
  return new Hedge({
    plan: {
      attempts,
      after,
      afterMsMin,
      latency,
      state: () => breaker?.state ?? 'CLOSED',
      wanted:
        success && ((leftMs) => attemptsWanted(success.probability(leftMs), latency.expectedMs)),
    },
    budget: parts.budget,
    latency,
    timers,
    events,
    places: places.length === 0 ? undefined : places,
  })
}

function hedgeOptions(asked: HedgeOptions | true | undefined): HedgeOptions | undefined {
  return asked === true ? {} : asked
}

function timeoutMs({ timeout = 'dynamic' }: AnyOptions): AttemptTimeoutOptions['timeoutMs'] {
  if (timeout === 'dynamic') return dynamicTimeoutMs
  return timeout === false ? undefined : () => timeout
}

/** One for all whose user says nothing of errors. */
const plain = new Classifier({ events: new Events('') })

function classifier(options: AnyOptions, events: Events): Classifier {
  const once = options.effect === 'once'
  const ofUser = classify(options, events)
  const { isFailure } = options
  if (!once && ofUser === undefined && isFailure === undefined) return plain
  return new Classifier({ classify: ofUser, isFailure, events, once })
}

/** Asking is reading: retried, guarded by the same deadline, on a circuit of its own. */
function reconciler({ name, options, parts }: Workings) {
  let asking: Pipeline | undefined
  return <A>(ask: () => A | PromiseLike<A>): Promise<Outcome<A>> => {
    asking ??= assemble(`${name}.reconcile`, {
      effect: 'read',
      ...parts,
      ...(options.deadlineMs === undefined ? {} : { deadlineMs: options.deadlineMs }),
    }).pipeline
    return asking.run(ask)
  }
}
