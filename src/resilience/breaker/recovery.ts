import type { Rules } from './rules.ts'

/**
 * The way back, the same for HALF_OPEN and ETERNAL: a few probes, then a ramp of shares of the
 * traffic, each step of which must last its time and stay healthy.
 *
 * Closing at once would give a service that has just come up the whole herd. In the ramp a failure
 * alone is no relapse (a healthy service fails now and then): three are, when they are half as
 * frequent as what trips a circuit; fewer hold the ramp where it is.
 */
export interface Recovery {
  /** 0: probes. From 1: `rules.ramp[step - 1]` percent of the traffic. */
  readonly step: number
  readonly stepSinceMs: number
  readonly successes: number
  readonly failures: number
}

export const recovered = 'recovered'
export const relapsed = 'relapsed'

export function startOver(nowMs: number): Recovery {
  return { step: 0, stepSinceMs: nowMs, successes: 0, failures: 0 }
}

export function recovering(
  recovery: Recovery,
  answer: 'succeeded' | 'failed',
  nowMs: number,
  rules: Rules,
): Recovery | typeof recovered | typeof relapsed {
  const successes = recovery.successes + (answer === 'succeeded' ? 1 : 0)
  const failures = recovery.failures + (answer === 'failed' ? 1 : 0)
  const counted = { ...recovery, successes, failures }
  return recovery.step === 0 ? probing(counted, nowMs, rules) : ramping(counted, nowMs, rules)
}

function probing(recovery: Recovery, nowMs: number, rules: Rules) {
  if (recovery.failures >= rules.probeFailures) return relapsed
  return recovery.successes >= rules.probeSuccesses ? stepOn(recovery, nowMs, rules) : recovery
}

function ramping(recovery: Recovery, nowMs: number, rules: Rules) {
  const { failures, successes, stepSinceMs, step } = recovery
  const isIll = failures / (failures + successes) >= rules.failureRate / 2
  if (isIll && failures >= relapseFailures) return relapsed
  if (nowMs - stepSinceMs < rules.rampStepMs) return recovery
  return isIll ? { ...startOver(nowMs), step } : stepOn(recovery, nowMs, rules)
}

function stepOn({ step }: Recovery, nowMs: number, rules: Rules) {
  return step === rules.ramp.length ? recovered : { ...startOver(nowMs), step: step + 1 }
}

const relapseFailures = 3
