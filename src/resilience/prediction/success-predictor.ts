import type { LatencyPrediction, SuccessPrediction } from '../prediction.ts'

/**
 * The probability that a call started now succeeds before its deadline: a logistic regression that
 * learns from every outcome and never stops learning.
 *
 * It looks at what recent calls did (the last, the last few, the last fifty), at how the time left
 * compares with expected latency and its p95, and at whether latency rises. It is calibrated
 * because it is what it learns: whenever it says 0.8 and sees less, the weights move.
 *
 * Everything is + - * /, and the exponential a sixteenth power, so that one seed gives the same
 * bits everywhere. Memory comes with the first outcome.
 */
export class SuccessPredictor implements SuccessPrediction {
  readonly #latency: LatencyPrediction | undefined
  #weights: number[] | undefined = undefined
  #signals: number[] | undefined = undefined
  #run = 0
  #unseen = 0
  #last = 1
  #few = 1
  #many = 1

  constructor({ latency }: SuccessPredictorOptions = {}) {
    this.#latency = latency
  }

  probability(leftMs: number): number {
    const weights = this.#weights
    if (weights === undefined) return startingProbability
    this.#catchUp()
    return logistic(this.#sum(leftMs))
  }

  /** In a long run of successes one in eight is learnt, eightfold: that says as much for less. */
  learn(leftMs: number, succeeded: boolean, _nowMs: number): void {
    if (succeeded && ++this.#run > longRun && (this.#run & 7) !== 0) this.#unseen++
    else this.#learn(leftMs, succeeded)
  }

  #learn(leftMs: number, succeeded: boolean): void {
    this.#catchUp()
    if (!succeeded) this.#run = 0
    const rate = this.#run < longRun ? learningRate : 8 * learningRate
    this.#move(succeeded ? 1 : 0, rate, leftMs)
    this.#see(succeeded ? 1 : 0)
  }

  /** With the successes that were only counted. */
  #catchUp(): void {
    for (; this.#unseen > 0; this.#unseen--) this.#see(1)
  }

  #see(outcome: 0 | 1): void {
    this.#last = outcome
    this.#few += 0.25 * (outcome - this.#few)
    this.#many += 0.02 * (outcome - this.#many)
  }

  #move(outcome: 0 | 1, rate: number, leftMs: number): void {
    const weights = (this.#weights ??= [...startingWeights])
    const signals = (this.#signals ??= new Array<number>(startingWeights.length).fill(0.5))
    const step = rate * (outcome - logistic(this.#sum(leftMs)))
    for (let index = 0; index < weights.length; index++) weights[index]! += step * signals[index]!
  }

  #sum(leftMs: number): number {
    const weights = this.#weights!
    const signals = this.#signals!
    const latency = this.#latency
    signals[0] = 1
    signals[1] = 2 * this.#last - 1
    signals[2] = 2 * this.#few - 1
    signals[3] = 2 * this.#many - 1
    const isMeasured = latency !== undefined
    signals[4] = !isMeasured ? 0 : leftMs === Infinity ? 1 : compared(leftMs, latency.expectedMs)
    signals[5] = !isMeasured ? 0 : leftMs === Infinity ? 1 : compared(leftMs, latency.p95Ms)
    signals[6] = latency?.isRising === true ? 1 : 0
    let sum = 0
    for (let index = 0; index < weights.length; index++) sum += weights[index]! * signals[index]!
    return sum
  }
}

export interface SuccessPredictorOptions {
  /** Of the same calls; without it the time left says nothing. */
  readonly latency?: LatencyPrediction
}

const startingProbability = 0.95
const startingWeights: readonly number[] = [0.5, 0.5, 1.5, 1, 0.5, 0.5, -0.25]
const learningRate = 0.05
const longRun = 64

/** -1 where no time is left, 0 where exactly as much as expected, 1 where all the time there is. */
function compared(leftMs: number, expectedMs: number): number {
  if (!(leftMs > 0)) return -1
  if (!(expectedMs > 0)) return 1
  return (leftMs - expectedMs) / (leftMs + expectedMs)
}

/** 1 / (1 + e^-x), the exponential as (1 + x/16)^16. */
function logistic(x: number): number {
  let power = 1 + (x < 0 ? -x : x) / 16
  power *= power
  power *= power
  power *= power
  power *= power
  return x < 0 ? 1 / (1 + power) : power / (1 + power)
}
