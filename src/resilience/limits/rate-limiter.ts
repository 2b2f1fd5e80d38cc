import type { Attempt, Call } from '../attempt.ts'
import type { Executor, Run, Settle } from '../executor.ts'
import type { Metric } from '../metric.ts'
import { aCountFrom, aTime, checkMember, checkMembers, rule } from '../option-rules.ts'
import type { Places } from '../places.ts'
import { refusal } from '../refusal.ts'
import { timersOf } from '../timers.ts'
import { limitRules, type LimitOptions, Refusals } from './refusals.ts'
import { StartLog } from './start-log.ts'
import { WaitingLine } from './waiting-line.ts'

/**
 * At most `limit` attempts start in any `perMs` milliseconds, wherever the window is laid.
 *
 * That is what the other side counts, and what a token bucket does not promise: full, it lets
 * nearly twice its rate through in one window. So the last `limit` starts are remembered, and a
 * start waits for the one `limit` before it to be `perMs` old; nothing is given away either.
 *
 * Without `waiting` an attempt too many is refused and told when to come again; with it, so many
 * wait, the most critical first, unless their deadline comes before the next start; a hedge never.
 */
export class RateLimiter implements Executor, Places {
  readonly heldBy = 'attempt'
  readonly limit: number
  readonly perMs: number
  readonly waitingMax: number
  started = 0
  /** Waiters that left without having started. */
  left = 0
  readonly #starts: StartLog
  readonly #line: WaitingLine<Waiter>
  readonly #refusals: Refusals
  /** The timer's handle while one is set. */
  #wake = 0

  constructor(options: RateLimiterOptions) {
    checkMembers('', options, optionRules, 'rateLimiter')
    const { limit, perMs, waiting = 0 } = options
    checkMember("a rate's limit", limit, optionRules.limit)
    checkMember('perMs', perMs, optionRules.perMs)
    this.limit = limit
    this.perMs = perMs
    this.waitingMax = waiting
    this.#starts = new StartLog(limit, perMs)
    this.#line = new WaitingLine(waiting)
    this.#refusals = new Refusals(options)
  }

  get waiting(): number {
    return this.#line.length
  }

  get refused(): number {
    return this.#refusals.refused
  }

  get wouldRefuse(): number {
    return this.#refusals.wouldRefuse
  }

  apply(inner: Run): Run {
    return (attempt, settle) => {
      if (this.#line.length === 0 && this.#starts.tryStart(attempt.call.nowMs)) {
        this.started++
        inner(attempt, settle)
      } else if (this.#refusals.shadow) {
        this.#refusals.refuses('rate-limited', attempt)
        inner(attempt, settle)
      } else if (attempt.isHedge) {
        settle(refusal('rate-limited'))
      } else {
        this.#wait({ inner, attempt, settle, sinceMs: attempt.call.nowMs })
      }
    }
  }

  /** The place itself is taken when the attempt comes by, which is at once. */
  takePlace({ nowMs }: Call): boolean {
    const isFree = this.#line.length === 0 && nowMs >= this.#starts.freeAtMs
    return isFree || this.#refusals.shadow
  }

  giveBackPlace(): void {
    // A start is a moment: nothing is held.
  }

  metrics(): Metric[] {
    return this.#refusals.metrics(
      'rate_limiter',
      [['waiting', this.waiting]],
      [
        ['started', this.started],
        ['left', this.left],
      ],
    )
  }

  #wait(waiter: Waiter): void {
    const { attempt, settle } = waiter
    const { call } = attempt
    if (this.#starts.freeAtMs >= call.deadlineAtMs) return this.#refuse(waiter)
    if (this.waiting === this.waitingMax) this.#displace(attempt)
    const place = this.#line.join(waiter, call.criticality)
    if (place === undefined) return this.#refuse(waiter)
    if (!this.#wakeWhenFree(attempt)) {
      this.#line.leave(place)
      return settle(refusal('timers-full'))
    }
    attempt.onAbort = (outcome) => {
      if (!this.#line.leave(place)) return
      this.left++
      settle('refused' in outcome ? outcome : refusal('no-time'))
    }
  }

  /** One timer for the whole line. */
  #wakeWhenFree({ call }: Attempt): boolean {
    if (this.#wake !== 0) return true
    this.#wake = timersOf(call.clock).add(this.#starts.freeAtMs, () => {
      this.#wake = 0
      this.#serve(call.clock.monotonicMs())
    })
    return this.#wake !== 0
  }

  #serve(nowMs: number): void {
    while (this.waiting > 0 && nowMs >= this.#starts.freeAtMs) {
      const { inner, attempt, settle, sinceMs } = this.#line.next() as Waiter
      attempt.onAbort = undefined
      // We may have been woken late, and its own timer may still be to come.
      if (attempt.call.readClock() >= attempt.call.deadlineAtMs) {
        this.left++
        settle(refusal('no-time'))
        continue
      }
      this.#starts.tryStart(nowMs)
      if (!attempt.isHedge) attempt.call.ownWaitMs += nowMs - sinceMs
      this.started++
      inner(attempt, settle)
    }
    const next = this.#line.peek()
    if (next === undefined || this.#wakeWhenFree(next.attempt)) return
    for (let waiter = this.#line.next(); waiter !== undefined; waiter = this.#line.next()) {
      this.#turnAway(waiter)
    }
  }

  #displace({ call }: Attempt): void {
    const displaced = this.#line.displacedBy(call.criticality)
    if (displaced === undefined) return
    displaced.attempt.onAbort = undefined
    displaced.attempt.call.readClock()
    this.#refuse(displaced)
  }

  #refuse({ attempt, settle }: Waiter): void {
    this.#refusals.refuses('rate-limited', attempt)
    settle(refusal('rate-limited', Math.max(0, this.#starts.freeAtMs - attempt.call.nowMs)))
  }

  /** Nothing would ever wake it. */
  #turnAway({ attempt, settle }: Waiter): void {
    attempt.onAbort = undefined
    attempt.call.readClock()
    this.left++
    settle(refusal('timers-full'))
  }
}

export function rateLimiter(options: RateLimiterOptions): RateLimiter {
  return new RateLimiter(options)
}

export interface RateLimiterOptions extends LimitOptions {
  /** How many attempts may start in any `perMs` milliseconds; each is remembered (8 bytes). */
  readonly limit: number
  readonly perMs: number
  /** How many may wait for their turn. Default 0: refused, with `retryAfterMs`. */
  readonly waiting?: number | undefined
}

const limitMax = 100_000

const optionRules = {
  limit: rule(
    `is a whole number from 1 to ${limitMax}`,
    (limit) => aCountFrom(1).allowed(limit) && (limit as number) <= limitMax,
  ),
  perMs: rule('is above 0', (perMs) => aTime.allowed(perMs) && perMs !== Infinity),
  waiting: aCountFrom(0),
  ...limitRules,
}

interface Waiter {
  readonly inner: Run
  readonly attempt: Attempt
  readonly settle: Settle
  readonly sinceMs: number
}
