import type { Attempt } from '../attempt.ts'
import type { Run, Settle } from '../executor.ts'
import { keyed } from '../events.ts'
import type { OnceOutcome } from '../outcome.ts'
import { refusal } from '../refusal.ts'
import type { HedgeParts } from './hedge-parts.ts'

/**
 * The race of one call's attempts.
 *
 * What holds: the first acceptable outcome wins and is handed on without waiting for anybody; a
 * failed attempt does not beat one still out, it releases the next at once; `fatal` and `overload`
 * end the race (the other side has spoken); losers are given up, settle as `superseded` and count
 * as slow, never as failed; an attempt nobody grants is not sent, and nothing else changes. Of
 * several attempts out each but one holds a place of its own, from before it is sent until it
 * settles.
 */
export class HedgedCall {
  readonly #parts: HedgeParts
  readonly #inner: Run
  readonly #settle: Settle
  readonly #first: Attempt
  readonly #delayMs: number
  #left: number
  #out = 0
  /** Taken, and not given back yet. */
  #extraPlaces = 0
  #done = false
  #timer = 0
  #failure: OnceOutcome<unknown> | undefined = undefined

  constructor(
    parts: HedgeParts,
    inner: Run,
    first: Attempt,
    attempts: number,
    delayMs: number,
    settle: Settle,
  ) {
    this.#parts = parts
    this.#inner = inner
    this.#first = first
    this.#left = attempts - 1
    this.#delayMs = delayMs
    this.#settle = settle
  }

  start(): void {
    this.#first.call.races = true
    this.#send(this.#first)
    if (!this.#done) this.#wait()
  }

  #send(attempt: Attempt): void {
    this.#out++
    this.#inner(attempt, (outcome) => this.#onOutcome(attempt, outcome))
  }

  #onOutcome(attempt: Attempt, outcome: OnceOutcome<unknown>): void {
    const { call } = attempt
    this.#out--
    if (this.#extraPlaces > 0) this.#giveBackPlace()
    if (this.#done) return
    if (outcome.ok) {
      if (attempt.isHedge) this.#won(attempt)
      return this.#finish(attempt, outcome)
    }
    if (endsRace(outcome)) return this.#finish(attempt, outcome)
    if (!('refused' in outcome) || this.#failure === undefined) this.#failure = outcome
    if (call.over || this.#isFinal(outcome)) this.#left = 0
    if (this.#left > 0) this.#sendNext()
    if (this.#out === 0 && !this.#done) this.#finish(attempt, this.#failure)
  }

  /** Who was refused, or aborted by his caller, is not sent again; perhaps to another target. */
  #isFinal(outcome: OnceOutcome<unknown>): boolean {
    if (!('refused' in outcome)) return false
    return outcome.refused === 'aborted' || !this.#goesElsewhere
  }

  get #goesElsewhere(): boolean {
    return (this.#first.call.home.targets?.length ?? 0) > 1
  }

  #wait(): void {
    if (this.#left <= 0 || this.#delayMs === Infinity) return
    const { call } = this.#first
    if (this.#delayMs === 0) {
      while (this.#left > 0 && !this.#done) this.#sendNext()
      return
    }
    const { timers } = this.#parts
    this.#timer = timers.add(call.nowMs + this.#delayMs, () => {
      this.#timer = 0
      if (this.#done || call.over) return
      call.readClock()
      this.#sendNext()
      if (this.#timer === 0) this.#wait()
    })
  }

  /** Sends the next if it is granted; if not, none is asked for again. */
  #sendNext(): void {
    const { call } = this.#first
    this.#stopWaiting()
    const against = this.#against() ?? this.#ask()
    if (against !== undefined) return this.#suppress(against)
    this.#left--
    call.counters.hedges++
    const { events } = this.#parts
    const next = call.nextAttempt()
    next.isHedge = true
    if (events.hasListeners) {
      events.emit({
        type: 'hedge.sent',
        attempt: next.attempt,
        afterMs: call.nowMs - this.#first.startedAtMs,
        ...keyed(call.key),
      })
    }
    this.#send(next)
    if (!this.#done && this.#timer === 0 && this.#delayMs > 0) this.#wait()
  }

  #suppress(because: Against): void {
    const { events } = this.#parts
    const wanted = this.#left
    this.#left = 0
    const { call } = this.#first
    call.counters.hedgesSuppressed += wanted
    if (!events.hasListeners) return
    const whose = keyed(call.key)
    if (because === 'budget') events.emit({ type: 'budget.denied', wanted, granted: 0, ...whose })
    else events.emit({ type: 'hedge.suppressed', wanted, because, ...whose })
  }

  /**
   * One more attempt must be able to end in time, and what is slow must be single calls. When even
   * the median is far above its healthy value, the other side is queueing, and more attempts only
   * lengthen the queue; unless they go elsewhere.
   */
  #against(): Against | undefined {
    const { latency } = this.#parts
    const { call } = this.#first
    if (call.callDeadlineLeftMs <= 0) return 'no-time'
    if (!latency.isWarm) return undefined
    if (latency.p50Ms >= call.callDeadlineLeftMs) return 'no-time'
    const isQueueing = latency.p50Ms > queueingFactor * latency.baselineMs
    return isQueueing && !this.#goesElsewhere ? 'queueing' : undefined
  }

  /** The budget last: what it granted counts as sent. */
  #ask(): Against | undefined {
    const { call } = this.#first
    if (!this.#takePlaces()) return 'no-place'
    if (this.#parts.budget.request(1, call.nowMs) > 0) return undefined
    if (this.#out > 0) this.#giveBackPlace()
    return 'budget'
  }

  /** All or none. Whoever is the only one out has the call's own place. */
  #takePlaces(): boolean {
    const { places = [] } = this.#parts
    const { call } = this.#first
    const needed = places.filter(({ heldBy }) => heldBy === 'attempt' || this.#out > 0)
    const missing = needed.findIndex((one) => !one.takePlace(call))
    if (missing === -1) this.#extraPlaces += this.#out > 0 ? 1 : 0
    else needed.slice(0, missing).forEach((one) => one.giveBackPlace(call))
    return missing === -1
  }

  #giveBackPlace(): void {
    this.#extraPlaces--
    for (const one of this.#parts.places ?? []) one.giveBackPlace(this.#first.call)
  }

  #won(attempt: Attempt): void {
    attempt.call.counters.hedgesWon++
    const { events } = this.#parts
    if (!events.hasListeners) return
    events.emit({ type: 'hedge.won', attempt: attempt.attempt, ...keyed(attempt.key) })
  }

  #finish(winner: Attempt, outcome: OnceOutcome<unknown>): void {
    const { call } = winner
    this.#done = true
    this.#stopWaiting()
    if (this.#out > 0) {
      call.counters.superseded += this.#out
      call.abortAttempts(supersededReason, refusal('superseded'))
    }
    this.#settle(outcome)
  }

  #stopWaiting(): void {
    if (this.#timer !== 0) this.#parts.timers.cancel(this.#timer)
    this.#timer = 0
  }
}

/** The other side has spoken (gRPC's A6: pushback and fatal statuses stop hedging). */
function endsRace(outcome: OnceOutcome<unknown>): boolean {
  if (outcome.ok || !('errorClass' in outcome)) return false
  return outcome.errorClass === 'fatal' || outcome.errorClass === 'overload'
}

/** Why an extra attempt is not sent. */
type Against = 'no-time' | 'queueing' | 'no-place' | 'budget'

/** At 60 % load the median is about twice its healthy value, at 80 % over four times. */
const queueingFactor = 3.5

/** One for all: an abort reason is looked at, not owned, and an Error costs microseconds. */
const supersededReason = new Error('Another attempt of the same call answered first.')
