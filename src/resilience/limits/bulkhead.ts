import type { Attempt } from '../attempt.ts'
import type { Executor, Run, Settle } from '../executor.ts'
import type { Metric } from '../metric.ts'
import { aCountFrom, checkMember, checkMembers } from '../option-rules.ts'
import type { Places } from '../places.ts'
import { refusal } from '../refusal.ts'
import { limitRules, type LimitOptions, Refusals } from './refusals.ts'
import { WaitingLine } from './waiting-line.ts'

/**
 * So many calls run at once, so many more wait, the rest is refused: one slow dependency cannot
 * take all of the process.
 *
 * What holds: never more than `running` run and `waiting` wait; a call runs as soon as a place is
 * free, the most critical first; a full line gives its least critical place to a more critical
 * newcomer; a waiter that is aborted leaves at that moment, and one whose deadline has passed is
 * never started. Work that ignores its abort does not keep its place: a hung call costs one place
 * until its timeout, deadline or caller gives it up, and not for ever. A hedge runs too: it takes a
 * free place, or is not sent.
 */
export class Bulkhead implements Executor, Places {
  readonly heldBy = 'call'
  readonly runningMax: number
  readonly waitingMax: number
  running = 0
  started = 0
  /** Waiters that left without having run. */
  left = 0
  readonly #line: WaitingLine<Waiter>
  readonly #refusals: Refusals
  #draining = false

  constructor(options: BulkheadOptions) {
    checkMembers('', options, optionRules, 'bulkhead')
    const { running, waiting = 0 } = options
    checkMember('running', running, optionRules.running)
    this.runningMax = running
    this.waitingMax = waiting
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
      // Behind those who wait, even when a place has just become free.
      if (this.running < this.runningMax && this.#line.length === 0) {
        this.#start(inner, attempt, settle)
      } else if (this.#refusals.shadow) {
        const isTooMany = this.running >= this.runningMax + this.waitingMax
        if (isTooMany) this.#refusals.refuses('queue-full', attempt)
        this.#start(inner, attempt, settle)
      } else if (attempt.isHedge) {
        settle(refusal('queue-full'))
      } else {
        this.#wait({ inner, attempt, settle })
      }
    }
  }

  takePlace(): boolean {
    const isFree = this.running < this.runningMax && this.#line.length === 0
    if (!isFree && !this.#refusals.shadow) return false
    this.running++
    return true
  }

  giveBackPlace(): void {
    this.running--
    if (this.#line.length > 0) this.#drain()
  }

  metrics(): Metric[] {
    return this.#refusals.metrics(
      'bulkhead',
      [
        ['running', this.running],
        ['waiting', this.waiting],
      ],
      [
        ['started', this.started],
        ['left', this.left],
      ],
    )
  }

  #start(inner: Run, attempt: Attempt, settle: Settle): void {
    this.running++
    this.started++
    let runs = true
    inner(attempt, (outcome) => {
      if (!runs) return
      runs = false
      this.running--
      settle(outcome)
      if (this.#line.length > 0) this.#drain()
    })
  }

  /** By a loop, since a task that answers at once would otherwise start the next inside itself. */
  #drain(): void {
    if (this.#draining) return
    this.#draining = true
    while (this.running < this.runningMax) {
      const waiter = this.#line.next()
      if (waiter === undefined) break
      this.#serve(waiter)
    }
    this.#draining = false
  }

  #serve({ inner, attempt, settle }: Waiter): void {
    const { call } = attempt
    attempt.onAbort = undefined
    if (call.readClock() < call.deadlineAtMs) return this.#start(inner, attempt, settle)
    this.left++
    settle(refusal('no-time'))
  }

  #wait(waiter: Waiter): void {
    const { attempt, settle } = waiter
    if (this.waiting === this.waitingMax) this.#displace(attempt)
    const place = this.#line.join(waiter, attempt.call.criticality)
    if (place === undefined) {
      this.#refusals.refuses('queue-full', attempt)
      settle(refusal('queue-full'))
      return
    }
    attempt.onAbort = (outcome) => {
      if (!this.#line.leave(place)) return
      this.left++
      // It was never sent: whatever ended it, that is not a failure of the other side.
      settle('refused' in outcome ? outcome : refusal('no-time'))
    }
  }

  #displace({ call }: Attempt): void {
    const displaced = this.#line.displacedBy(call.criticality)
    if (displaced === undefined) return
    const { attempt, settle } = displaced
    attempt.onAbort = undefined
    attempt.call.readClock()
    this.#refusals.refuses('queue-full', attempt)
    settle(refusal('queue-full'))
  }
}

export function bulkhead(options: BulkheadOptions): Bulkhead {
  return new Bulkhead(options)
}

const optionRules = {
  running: aCountFrom(1),
  waiting: aCountFrom(0),
  ...limitRules,
}

export interface BulkheadOptions extends LimitOptions {
  /** How many calls may run at once. */
  readonly running: number
  /** How many more may wait for a place. Default 0. */
  readonly waiting?: number | undefined
}

interface Waiter {
  readonly inner: Run
  readonly attempt: Attempt
  readonly settle: Settle
}
