import { LatencyPredictor, type SuccessPredictor } from 'genesis/resilience'
import { stepTable } from '../../src/resilience/prediction/step-table.ts'
import type { TracedCall, Trace } from './traces.ts'

/**
 * How far the stated probability of success was from what happened, for our predictor and for the
 * published step table, on one trace and with nothing known before its time.
 */
export interface Score {
  /** Mean squared distance from what happened, 0 or 1: less is better. */
  readonly predictor: number
  readonly stepTable: number
  /** Mean distance of stated from observed frequency, over ten bands of stated probability. */
  readonly calibrationError: number
}

/**
 * Replays a trace as a client sees it: the probability is asked when a call starts, and an outcome
 * is learnt when it is there (the answer, or the end of the caller's time), never earlier.
 */
export function score(
  { calls }: Trace,
  make: (latency: LatencyPredictor) => SuccessPredictor,
): Score {
  const latency = new LatencyPredictor()
  const predictor = make(latency)
  const bands = new Bands()
  let predictorSum = 0
  let tableSum = 0
  const learn = (call: TracedCall, nowMs: number) => {
    const inTime = call.latencyMs <= call.leftMs
    if (!inTime) latency.recordCensored(call.leftMs, nowMs)
    else if (call.ok) latency.record(call.latencyMs, nowMs)
    predictor.learn(call.leftMs, call.ok && inTime, nowMs)
  }
  for (const happening of inOrder(calls)) {
    const { call, nowMs } = happening
    if (happening.type === 'end') {
      learn(call, nowMs)
      continue
    }
    const happened = call.ok && call.latencyMs <= call.leftMs ? 1 : 0
    const stated = predictor.probability(call.leftMs)
    const published = stepTable(known(latency), latency.isRising)
    bands.add(stated, happened)
    predictorSum += (stated - happened) ** 2
    tableSum += (published - happened) ** 2
  }
  return {
    predictor: predictorSum / calls.length,
    stepTable: tableSum / calls.length,
    calibrationError: bands.error(),
  }
}

/** Before the first sample the table is taken to see no latency at all. */
function known({ expectedMs }: LatencyPredictor): number {
  return Number.isNaN(expectedMs) ? 0 : expectedMs
}

interface Happening {
  readonly type: 'start' | 'end'
  readonly nowMs: number
  readonly call: TracedCall
}

function inOrder(calls: readonly TracedCall[]): Happening[] {
  return calls
    .flatMap((call): Happening[] => [
      { type: 'start', nowMs: call.atMs, call },
      { type: 'end', nowMs: call.atMs + Math.min(call.latencyMs, call.leftMs), call },
    ])
    .toSorted((a, b) => a.nowMs - b.nowMs)
}

class Bands {
  readonly #bands = Array.from({ length: 10 }, () => ({ count: 0, stated: 0, happened: 0 }))
  #count = 0

  add(stated: number, happened: number): void {
    const band = this.#bands[Math.min(9, Math.floor(stated * 10))]!
    band.count++
    band.stated += stated
    band.happened += happened
    this.#count++
  }

  error(): number {
    let sum = 0
    for (const { stated, happened } of this.#bands) sum += Math.abs(stated - happened)
    return sum / this.#count
  }
}
