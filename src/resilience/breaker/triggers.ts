import type { LatencyPrediction } from '../prediction.ts'
import type { CallWindow } from './call-window.ts'
import type { Health } from './next.ts'
import type { Rules } from './rules.ts'

/**
 * What the window and the latency say about the dependency's health.
 *
 * Failing is sudden: a rate, a run, or too many slow calls. Everything gradual is one degradation
 * score, so that a little of each adds up: half a point for a tenth of timeouts (from the second
 * on), half a point for failures at the tripping rate, and for latency above its baseline half a
 * point at 2.5 times and a quarter more while it rises. Degraded from 0.5, well below 0.25, fair
 * between. Extreme is latency of six times the baseline, or a quarter of timeouts.
 */
export function health(
  window: CallWindow,
  latency: LatencyPrediction,
  failuresInRow: number,
  rules: Rules,
): Health {
  if (isFailing(window, failuresInRow, rules)) return 'failing'
  return gradualHealth(window, latency, rules)
}

/** After a success: however bad the rates, that call is no reason to trip. */
export function gradualHealth(
  window: CallWindow,
  latency: LatencyPrediction,
  rules: Rules,
): Exclude<Health, 'failing'> {
  const score = degradationScore(window, latency, rules)
  if (score >= degradedScore) return isExtreme(window, latency, rules) ? 'extreme' : 'degraded'
  return score < wellScore ? 'well' : 'fair'
}

export function degradationScore(
  window: CallWindow,
  latency: LatencyPrediction,
  rules: Rules,
): number {
  const { total, failures, timeouts } = window
  const timeoutRate = timeouts >= timeoutsMin ? timeouts / total : 0
  const failureRate = total >= rules.minimumThroughput ? (failures - timeouts) / total : 0
  return (
    0.5 * Math.min(1, timeoutRate / timeoutRateDegraded) +
    0.5 * Math.min(1, failureRate / rules.failureRate) +
    latencyScore(latency, rules)
  )
}

/** One plain clause for people. */
export function because(
  health: Health,
  window: CallWindow,
  latency: LatencyPrediction,
  failuresInRow: number,
  rules: Rules,
): string {
  const { total, failures, timeouts, slow } = window
  switch (health) {
    case 'failing':
      if (failuresInRow >= rules.consecutiveFailures) return `${failuresInRow} failures in a row`
      if (failures / total >= rules.failureRate) return `${failures} of ${total} calls failed`
      return `${slow + timeouts} of ${total} calls were slow`
    case 'degraded':
    case 'extreme': {
      const ms = Math.round(latency.expectedMs)
      const went = `${timeouts} timeouts and ${failures - timeouts} failures of ${total} calls`
      return `${health}: ${went}, ${ms} ms expected`
    }
    default:
      return `it has been ${health}`
  }
}

function isFailing(window: CallWindow, failuresInRow: number, rules: Rules): boolean {
  if (failuresInRow >= rules.consecutiveFailures) return true
  const { total } = window
  if (total < rules.minimumThroughput) return false
  if (window.failures / total >= rules.failureRate) return true
  if (rules.slowCallMs === undefined) return false
  return (window.slow + window.timeouts) / total >= rules.slowCallRate
}

function isExtreme(window: CallWindow, latency: LatencyPrediction, rules: Rules): boolean {
  if (window.timeouts >= timeoutsMin && window.timeouts / window.total >= timeoutRateExtreme) {
    return true
  }
  return latencyRatio(latency, rules) >= ratioExtreme
}

function latencyScore(latency: LatencyPrediction, rules: Rules): number {
  const ratio = latencyRatio(latency, rules)
  if (ratio <= 1.5) return 0
  return 0.5 * Math.min(2, ratio - 1.5) + (latency.isRising ? 0.25 : 0)
}

/**
 * Expected over baseline. The median has to follow before the mean counts in full: a pause now and
 * then pulls the mean, and is nothing that more attempts would be the answer to. Below a few
 * milliseconds a ratio means nothing.
 */
function latencyRatio(latency: LatencyPrediction, rules: Rules): number {
  if (!latency.isWarm) return 0
  const level = Math.min(latency.expectedMs, 1.5 * latency.p50Ms)
  if (level < levelMsMin) return 0
  const baseline = Math.min(latency.baselineMs, rules.slowCallMs ?? Infinity)
  return level / baseline
}

const degradedScore = 0.5
const wellScore = 0.25
const timeoutsMin = 2
const timeoutRateDegraded = 0.1
const timeoutRateExtreme = 0.25
const ratioExtreme = 6
const levelMsMin = 5
