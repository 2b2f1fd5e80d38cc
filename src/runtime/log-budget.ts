import { assert } from './assert.ts'
import { type LogImportance, UNDROPPABLE } from './log-importance.ts'

/**
 * How many lines a second may be told, and which: a token bucket that holds one second's worth.
 *
 * What holds: what is less important leaves a larger part of the bucket untouched, so a flood of
 * debug lines never costs an error its line; undroppable lines always pass, and are paid for by
 * the others; a share below 1 lets through just that part of the lines below `error`, evenly and
 * without chance.
 */
export class LogBudget {
  readonly linesPerSecond: number
  #tokens: number
  #filledAtMs: number
  #share = 1
  /** For each importance: what of the share has come together since its last line. */
  readonly #owed = [1, 1, 1, 1, 1]

  constructor(linesPerSecond: number, nowMs: number) {
    assert(linesPerSecond >= 1, `a budget is 1 line a second or more, not ${linesPerSecond}`)
    this.linesPerSecond = linesPerSecond
    this.#tokens = linesPerSecond
    this.#filledAtMs = nowMs
  }

  get share(): number {
    return this.#share
  }

  set share(share: number) {
    assert(share >= 0 && share <= 1, `a share is from 0 to 1, not ${share}`)
    this.#share = share
  }

  /** Whether the line is told; it is paid for when it is. */
  spend(importance: LogImportance, nowMs: number): boolean {
    this.#fill(nowMs)
    if (importance < UNDROPPABLE) {
      if (importance < SAMPLED_BELOW && !this.#isSampled(importance)) return false
      if (this.#tokens - 1 < this.linesPerSecond * keptBack[importance]) return false
    }
    // Debts are bounded: a long flood of undroppable lines must not silence the rest for long.
    this.#tokens = Math.max(this.#tokens - 1, -this.linesPerSecond)
    return true
  }

  #isSampled(importance: LogImportance): boolean {
    const owed = Math.min(this.#owed[importance]! + this.#share, 2)
    const isTold = owed >= 1
    this.#owed[importance] = isTold ? owed - 1 : owed
    return isTold
  }

  #fill(nowMs: number): void {
    const gained = ((nowMs - this.#filledAtMs) / 1_000) * this.linesPerSecond
    this.#tokens = Math.min(this.#tokens + gained, this.linesPerSecond)
    this.#filledAtMs = nowMs
  }
}

/** Errors are never sampled, only paid for. */
const SAMPLED_BELOW: LogImportance = 3

/** The part of the bucket that a line of this importance may not touch. */
const keptBack: Record<LogImportance, number> = { 0: 0.6, 1: 0.4, 2: 0.2, 3: 0, 4: 0 }
