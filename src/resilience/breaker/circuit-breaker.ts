import type { Call } from '../attempt.ts'
import type { Circuit, CircuitResult, CircuitState } from '../circuit.ts'
import { Events, keyed } from '../events.ts'
import type { Executor, Run } from '../executor.ts'
import { type Chance, isolatedRandom } from '../isolated-random.ts'
import type { Metric } from '../metric.ts'
import { defaultParts } from '../parts.ts'
import type { LatencyPrediction } from '../prediction.ts'
import { LatencyPredictor } from '../prediction/latency-predictor.ts'
import { circuitOpen } from '../refusal.ts'
import { callKinds, type CallWindow } from './call-window.ts'
import { checkCircuit } from './circuit-checks.ts'
import { type CircuitCounters, circuitMetrics } from './circuit-counters.ts'
import { circuitResult } from './circuit-result.ts'
import { type CircuitSnapshot, snapshotOf, stateOf, type TwoClocks } from './circuit-snapshot.ts'
import { CountWindow } from './count-window.ts'
import { type BreakerState, initial, type Input, isServing, next, type Recovering } from './next.ts'
import { attemptTime, RecoveryGate } from './recovery-gate.ts'
import { type RuleOptions, type Rules, rulesOf } from './rules.ts'
import { Tickets } from './tickets.ts'
import { TimeWindow } from './time-window.ts'
import { because, gradualHealth, health } from './triggers.ts'

/**
 * The circuit breaker of six states: `next` decides, this counts, admits and tells.
 *
 * What holds:
 * - A call admitted before a trip, or before the move to another way of admitting, changes nothing
 *   after it: its ticket is below the epoch's first, and it is counted `late`. The three serving
 *   states are one epoch, since they admit alike and look at the same calls.
 * - admitted = settled + late + out, and whoever asked was admitted or refused.
 * - Time comes in with every call and is monotonic; there is no timer, and a clock only dates
 *   what is exported.
 * - A refusal is one value made before, and costs a comparison.
 * - ETERNAL never refuses: calls that are not its probes (`mayTryLive`) pass, and decide nothing.
 */
export class CircuitBreaker implements Circuit, Executor {
  readonly name: string
  readonly events: Events
  readonly shadow: boolean
  #rules: Rules
  readonly #random: Chance | undefined
  readonly #clock: TwoClocks | undefined
  readonly #latency: LatencyPrediction
  /** Nobody else feeds the latency. */
  #measures: boolean
  /** Made with the first outcome, like all that takes room. */
  #window: CallWindow | undefined = undefined
  readonly #tickets = new Tickets()
  #gate: RecoveryGate | undefined = undefined
  #state: BreakerState = initial
  #serves = true
  #epochStart = 1
  #failuresInRow = 0
  #failedAtMs = 0
  #slowMs: number
  /** Successes are looked at only so often; trouble at once. */
  #lookAtMs = 0
  #refused = 0
  #settled = 0
  #late = 0
  #ignored = 0
  #duplicates = 0
  #wouldRefuse = 0
  #transitions = 0

  constructor(options: CircuitBreakerOptions = {}) {
    this.name = options.name ?? ''
    this.events = options.events ?? new Events(this.name)
    this.shadow = options.shadow ?? false
    this.#rules = isolated(rulesOf(options), options, this.events)
    this.#random = options.random && isolatedRandom(options.random, this.events)
    this.#clock = options.clock
    this.#latency = options.latency ?? new LatencyPredictor()
    this.#measures = options.latency === undefined
    this.#slowMs = this.#rules.slowCallMs ?? Infinity
  }

  /**
   * A policy takes it as it is, and with it its latency, which the policy feeds from now on. One
   * whose calls must be answered makes it essential: it never refuses again, whoever shares it.
   */
  join(essential: boolean, clock: TwoClocks): LatencyPrediction {
    this.#measures = false
    if (essential && !this.#rules.essential) {
      this.#rules = { ...this.#rules, essential }
      if (this.state === 'OPEN' || this.state === 'HALF_OPEN') {
        this.import(this.export(clock), clock)
      }
    }
    return this.#latency
  }

  get state(): CircuitState {
    return this.#state.state
  }

  get counters(): CircuitCounters {
    return {
      admitted: this.#tickets.issued,
      refused: this.#refused,
      settled: this.#settled,
      late: this.#late + this.#tickets.forgotten,
      ignored: this.#ignored,
      duplicates: this.#duplicates,
      expiredProbes: this.#gate?.expiredProbes ?? 0,
      wouldRefuse: this.#wouldRefuse,
      transitions: this.#transitions,
    }
  }

  metrics(): Metric[] {
    return circuitMetrics(this.name, this.state, this.counters)
  }

  apply(inner: Run): Run {
    return (attempt, settle) => {
      const { call } = attempt
      const ticket = this.#serves ? this.#tickets.issue() : this.#admitCall(call)
      if (ticket === 0) return settle(circuitOpen(this.retryAfterMs(call.nowMs)))
      const startedAtMs = call.nowMs - call.ownWaitMs
      inner(attempt, (outcome) => {
        const sentMs = call.nowMs - startedAtMs - call.ownWaitMs
        this.settle(ticket, circuitResult(outcome), sentMs, call.nowMs)
        settle(outcome)
      })
    }
  }

  admit(nowMs: number): number {
    return this.#serves ? this.#tickets.issue() : this.#admitGuarded(nowMs, undefined)
  }

  settle(ticket: number, result: CircuitResult, latencyMs: number, nowMs: number): void {
    if (this.#tickets.settle(ticket)) this.#settle(ticket, result, latencyMs, nowMs)
    else this.#duplicates++
  }

  /** `admit` in a serving state, where nobody is refused; for `settleOnce` and nothing else. */
  admitOnce(): number {
    return this.#tickets.issueUnmarked()
  }

  /** For who is sure to settle a ticket no more than once: then nobody has to note who is out. */
  settleOnce(ticket: number, result: CircuitResult, latencyMs: number, nowMs: number): void {
    const isOrdinary = result === 'success' && ticket >= this.#epochStart && this.#serves
    if (!isOrdinary || latencyMs > this.#slowMs || nowMs >= this.#lookAtMs) {
      return this.#settle(ticket, result, latencyMs, nowMs)
    }
    this.#settled++
    if (this.#measures) this.#latency.record(latencyMs, nowMs)
    this.#failuresInRow = 0
    this.#window!.record(callKinds.success, nowMs)
  }

  mayTryLive(nowMs: number): boolean {
    const state = this.#state
    return state.state !== 'ETERNAL' || this.#recoveryGate().mayTryLive(state, nowMs)
  }

  retryAfterMs(nowMs: number): number {
    const state = this.#state
    if (state.state === 'OPEN') return Math.max(0, state.untilMs - nowMs)
    return 'recovery' in state ? this.#recoveryGate().waitMs(state, nowMs) : 0
  }

  /** JSON, for `import` in the next process. */
  export(clock: TwoClocks = this.#clockOfItsOwn()): CircuitSnapshot {
    return snapshotOf(this.#state, clock)
  }

  /** Goes on from there, older by the time it lay. Throws `bad-input` at a damaged one. */
  import(snapshot: CircuitSnapshot, clock: TwoClocks = this.#clockOfItsOwn()): void {
    const state = stateOf(snapshot, clock, this.#rules.essential)
    const nowMs = clock.monotonicMs()
    this.#move(state, nowMs, () => 'it was restored')
    this.#newEpoch(nowMs)
  }

  #clockOfItsOwn(): TwoClocks {
    return this.#clock ?? defaultParts().clock
  }

  #admitCall(call: Call): number {
    const before = this.#wouldRefuse
    const ticket = this.#admitGuarded(call.nowMs, call)
    call.counters.wouldRefuse += this.#wouldRefuse - before
    return ticket
  }

  #admitGuarded(nowMs: number, call: Call | undefined): number {
    if (this.#state.state === 'OPEN') {
      if (nowMs < this.#state.untilMs && this.#refuses(call?.key)) return 0
      this.#step('asked', nowMs, () => 'the break is over')
    }
    const state = this.#state
    if ('recovery' in state) {
      const ticket = this.#tickets.last + 1
      const gate = this.#recoveryGate()
      const takesMs = call && attemptTime(call)
      const patience = gate.admits(state, ticket, nowMs, this.#chance(), takesMs)
      if (patience === undefined && this.#refuses(call?.key)) return 0
      if (call !== undefined) call.patience = patience ?? gate.patience
    }
    return this.#tickets.issue()
  }

  #refuses(key: string | undefined): boolean {
    if (this.#state.state === 'ETERNAL') return false
    if (!this.shadow) {
      this.#refused++
      return true
    }
    this.#wouldRefuse++
    if (this.events.hasListeners) {
      this.events.emit({ type: 'call.would-refuse', refused: 'circuit-open', ...keyed(key) })
    }
    return false
  }

  #settle(ticket: number, result: CircuitResult, latencyMs: number, nowMs: number): void {
    if (ticket < this.#epochStart) this.#settleLate(result)
    else if (!this.#serves) this.#settleRecovering(ticket, result, nowMs)
    else if (result === 'success') this.#settleSuccess(latencyMs, nowMs)
    else this.#settleTrouble(result, latencyMs, nowMs)
  }

  #settleSuccess(latencyMs: number, nowMs: number): void {
    this.#settled++
    if (this.#measures) this.#latency.record(latencyMs, nowMs)
    this.#failuresInRow = 0
    const window = (this.#window ??= windowOf(this.#rules))
    if (latencyMs > this.#slowMs) {
      window.record(callKinds.slow, nowMs)
      this.#look(window, nowMs, this.#rules.slowCallMs !== undefined)
      return
    }
    window.record(callKinds.success, nowMs)
    if (nowMs >= this.#lookAtMs) this.#look(window, nowMs, false)
  }

  #settleTrouble(result: CircuitResult, latencyMs: number, nowMs: number): void {
    this.#settled++
    if (result === 'ignored' || result === 'answered') {
      this.#ignored++
      return
    }
    const isTimeout = result === 'timeout'
    if (isTimeout && this.#measures) this.#latency.recordCensored(latencyMs, nowMs)
    if (nowMs - this.#failedAtMs > runForgottenMs) this.#failuresInRow = 0
    this.#failuresInRow++
    this.#failedAtMs = nowMs
    const window = (this.#window ??= windowOf(this.#rules))
    window.record(isTimeout ? callKinds.timeout : callKinds.failure, nowMs)
    this.#look(window, nowMs, true)
  }

  /** A probe in time, its answer at any time, or a call of the ramp decides; no other does. */
  #settleRecovering(ticket: number, result: CircuitResult, nowMs: number): void {
    const state = this.#state
    const lease = this.#gate?.giveBack(ticket, nowMs)
    const isAnswer = result === 'success' || result === 'answered'
    const isProbing = 'recovery' in state && state.recovery.step === 0
    const isProbe = lease !== undefined && (isAnswer || !lease.isOverdue)
    const decides = isProbe || ('recovery' in state && !isProbing)
    if (!decides && state.state === 'HALF_OPEN' && !this.shadow) return this.#settleLate(result)
    this.#settled++
    if (result === 'ignored') this.#ignored++
    else if (decides && isAnswer) {
      this.#step('succeeded', nowMs, () => 'probes and ramp went well')
    } else if (decides) {
      const gate = this.#recoveryGate()
      const isCut = result === 'timeout'
      if (isCut && !gate.isNews(lease)) return
      this.#step('failed', nowMs, () => (isProbing ? 'a probe failed' : 'the ramp saw failures'))
      const { recovery } = this.#state as Partial<Recovering>
      if (isCut && (isProbing || recovery === undefined || recovery.step === 0)) gate.grow()
    }
  }

  #settleLate(result: CircuitResult): void {
    this.#late++
    if (this.events.hasListeners) this.events.emit({ type: 'call.late', ok: result === 'success' })
  }

  #look(window: CallWindow, nowMs: number, mayTrip: boolean): void {
    const rules = this.#rules
    const latency = this.#latency
    this.#lookAtMs = nowMs + lookEveryMs
    if (rules.slowCallMs === undefined && latency.isWarm) {
      this.#slowMs = Math.max(slowFactor * latency.baselineMs, slowMsMin)
    }
    const found = mayTrip
      ? health(window, latency, this.#failuresInRow, rules)
      : gradualHealth(window, latency, rules)
    this.#step(found, nowMs, () => because(found, window, latency, this.#failuresInRow, rules))
  }

  #step(input: Input, nowMs: number, why: () => string): void {
    const before = this.#state
    const chance = input === 'failing' || input === 'failed' ? this.#chance().next() : 0
    const after = next(before, input, nowMs, this.#rules, chance)
    if (after.state !== before.state) return this.#move(after, nowMs, why)
    if (after === before) return
    this.#state = after
    const isRelapse = after.state === 'ETERNAL' && input === 'failed'
    if (isRelapse && after.recovery.step === 0) this.#newEpoch(nowMs)
  }

  #move(to: BreakerState, nowMs: number, why: () => string): void {
    const from = this.#state.state
    const reason = why()
    const served = this.#serves
    this.#state = to
    this.#serves = isServing(to.state)
    if (!served || !this.#serves) this.#newEpoch(nowMs)
    if (this.#serves && this.#gate !== undefined) this.#gate.patience = 0
    this.#latency.freezeBaseline(to.state !== 'CLOSED', nowMs)
    if (from === to.state) return
    this.#transitions++
    if (this.events.hasListeners) {
      this.events.emit({ type: 'circuit.changed', from, to: to.state, because: reason })
    }
  }

  #newEpoch(nowMs: number): void {
    this.#epochStart = this.#tickets.startEpoch()
    this.#window?.clear()
    this.#failuresInRow = 0
    if ('recovery' in this.#state) this.#recoveryGate().reset(nowMs, this.#chance())
  }

  #recoveryGate(): RecoveryGate {
    this.#gate ??= new RecoveryGate(this.#rules)
    return this.#gate
  }

  #chance(): Chance {
    return this.#random ?? defaultParts().random
  }
}

export interface CircuitBreakerOptions extends RuleOptions {
  /** Named in events and metrics. */
  readonly name?: string | undefined
  /** METRICS_ONLY: counts what it would refuse, and lets it pass. */
  readonly shadow?: boolean | undefined
  readonly events?: Events | undefined
  /** Fed by whoever gives it; without it the circuit measures its own calls. */
  readonly latency?: LatencyPrediction | undefined
  /** Spreads breaks and probes. Default: the process's own. */
  readonly random?: Chance | undefined
  /** Dates what is exported; calls bring their own time. Default: the process's own. */
  readonly clock?: TwoClocks | undefined
}

export function circuitBreaker(options: CircuitBreakerOptions = {}): CircuitBreaker {
  checkCircuit('', options)
  return new CircuitBreaker(options)
}

function windowOf({ window }: Rules): CallWindow {
  return 'calls' in window ? new CountWindow(window.calls) : new TimeWindow(window.ms)
}

/** A function of the user's that throws, or says nothing usable, is as if it were not there. */
function isolated(rules: Rules, { breakMs }: RuleOptions, events: Events): Rules {
  if (typeof breakMs !== 'function') return rules
  const otherwise = rulesOf({}).breakMs
  return {
    ...rules,
    breakMs: (trips) => {
      try {
        const ms = breakMs(trips)
        if (ms >= 0 && ms < Infinity) return Math.min(ms, rules.breakMsMax)
      } catch (error) {
        events.threw('breakMs', error)
      }
      return otherwise(trips)
    },
  }
}

const lookEveryMs = 500
/** Slow, where nobody said what that is: this many times the baseline, and at least so long. */
const slowFactor = 5
const slowMsMin = 20
const runForgottenMs = 60_000
