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
  #last = 1
  #few = 1
  #many = 1

  constructor({ latency }: SuccessPredictorOptions = {}) {
    this.#latency = latency
  }

  probability(leftMs: number): number {
    const weights = this.#weights
    return weights === undefined ? startingProbability : logistic(this.#sum(leftMs))
  }

  /** In a long run of successes one in eight is learnt, eightfold: that says as much for less. */
  learn(leftMs: number, succeeded: boolean, _nowMs: number): void {
    const outcome = succeeded ? 1 : 0
    this.#run = succeeded ? this.#run + 1 : 0
    if (this.#run < longRun) this.#move(outcome, learningRate, leftMs)
    else if ((this.#run & 7) === 0) this.#move(outcome, 8 * learningRate, leftMs)
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
    signals[4] = latency === undefined ? 0 : compared(leftMs, latency.expectedMs)
    signals[5] = latency === undefined ? 0 : compared(leftMs, latency.p95Ms)
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
  if (leftMs === Infinity || !(expectedMs > 0)) return 1
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
