import { assert } from '../runtime/index.ts'
import { checkNames } from './option-names.ts'
import { shown } from './shown.ts'

/**
 * One purse for every extra attempt, retry or hedge, of everyone who shares it.
 *
 * States and policies *request* attempts, the budget *grants* them: each first attempt puts in
 * `ratio`, time puts in `perSecond`, each extra attempt takes one whole token out. What holds: in
 * any window of `w` seconds with `n` first attempts at most `burst + ratio n + perSecond w` extra
 * attempts start; an empty purse suppresses the extra attempt and nothing else.
 */
export class AttemptBudget {
  readonly ratio: number
  readonly perSecond: number
  readonly burst: number
  granted = 0
  denied = 0
  #tokens: number
  #filledAtMs = -Infinity

  /** By default one in ten, as Google's SRE book advises, with a little for quiet clients. */
  constructor(options: AttemptBudgetOptions = {}, prefix = '') {
    checkNames(prefix, options, ['ratio', 'perSecond', 'burst'], 'AttemptBudget')
    const { ratio = 0.1, perSecond = 1, burst = 10 } = options
    check('ratio', ratio, 0, 2, 'is 0 to 2')
    check('perSecond', perSecond, 0, Number.MAX_VALUE, 'is 0 or more')
    check('burst', burst, 1, Number.MAX_VALUE, 'is 1 or more')
    this.ratio = ratio
    this.perSecond = perSecond
    this.burst = burst
    this.#tokens = burst
  }

  /** A first attempt goes out. */
  deposit(): void {
    const tokens = this.#tokens + this.ratio
    this.#tokens = tokens < this.burst ? tokens : this.burst
  }

  /** How many of the wanted extra attempts may start now; they count as started. */
  request(wanted: number, nowMs: number): number {
    this.#fill(nowMs)
    const granted = Math.min(wanted, Math.floor(this.#tokens))
    this.#tokens -= granted
    this.granted += granted
    this.denied += wanted - granted
    return granted
  }

  /** Between 0, nothing left, and 1, full. */
  level(nowMs: number): number {
    this.#fill(nowMs)
    return this.#tokens / this.burst
  }

  #fill(nowMs: number): void {
    if (nowMs <= this.#filledAtMs) return
    const seconds = (nowMs - this.#filledAtMs) / 1_000
    this.#filledAtMs = nowMs
    this.#tokens = Math.min(this.burst, this.#tokens + Math.min(seconds, 1e9) * this.perSecond)
  }
}

function check(option: string, value: unknown, least: number, most: number, says: string): void {
  const isWithin = typeof value === 'number' && value >= least && value <= most
  assert(isWithin, `a budget's ${option} ${says}, not ${shown(value)}`)
}

export interface AttemptBudgetOptions {
  /** Extra attempts granted for each first attempt. */
  readonly ratio?: number | undefined
  readonly perSecond?: number | undefined
  /** The most that can be saved up. */
  readonly burst?: number | undefined
}

/** As it is given, shared; or made of its options, which it looks at itself. */
export function budgetOf(given: AttemptBudget | AttemptBudgetOptions): AttemptBudget {
  return given instanceof AttemptBudget ? given : new AttemptBudget(given, 'budget.')
}
