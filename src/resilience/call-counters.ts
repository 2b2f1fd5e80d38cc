import type { Metric } from './metric.ts'

/**
 * What became of a policy's calls and attempts.
 *
 * What holds: calls = succeeded + failed + refused + unknown + those still out; every attempt sent
 * is a first, a retry or a hedge.
 */
export class CallCounters {
  calls = 0
  succeeded = 0
  failed = 0
  refused = 0
  /** By a part in shadow (METRICS_ONLY): they went on. */
  wouldRefuse = 0
  unknown = 0
  /** Replies of attempts that had been given up. */
  late = 0
  sent = 0
  retries = 0
  hedges = 0
  hedgesWon = 0
  /** Wanted and not sent: no place, no time, no budget, or the other side is queueing. */
  hedgesSuppressed = 0
  superseded = 0
  timeouts = 0
  deadlines = 0
  abandoned = 0
  gated = 0
  fromCache = 0
  fromFallback = 0

  get out(): number {
    return this.calls - this.succeeded - this.failed - this.refused - this.unknown
  }

  /** What others counted, too. */
  add(others: CallCounters): void {
    for (const name of Object.keys(this) as Counted[]) this[name] += others[name]
  }

  metrics(policy: string): Metric[] {
    const counter = (name: string, unit: string, value: number, attributes = {}): Metric => ({
      name: `genesis.resilience.${name}`,
      kind: 'counter',
      unit,
      value,
      attributes: { policy, ...attributes },
    })
    const call = (outcome: string, value: number) => counter('calls', '{call}', value, { outcome })
    return [
      call('success', this.succeeded),
      call('failure', this.failed),
      call('refused', this.refused),
      call('unknown', this.unknown),
      counter('calls.would_refuse', '{call}', this.wouldRefuse),
      counter('attempts', '{attempt}', this.sent - this.retries - this.hedges, { kind: 'first' }),
      counter('attempts', '{attempt}', this.retries, { kind: 'retry' }),
      counter('attempts', '{attempt}', this.hedges, { kind: 'hedge' }),
      counter('hedges.won', '{attempt}', this.hedgesWon),
      counter('hedges.suppressed', '{attempt}', this.hedgesSuppressed),
      counter('attempts.superseded', '{attempt}', this.superseded),
      counter('attempts.late', '{attempt}', this.late),
      counter('attempts.timed_out', '{attempt}', this.timeouts),
      counter('calls.deadline_passed', '{call}', this.deadlines),
      counter('calls.abandoned', '{call}', this.abandoned),
      counter('calls.gated', '{call}', this.gated),
      counter('answers', '{call}', this.fromCache, { source: 'cache' }),
      counter('answers', '{call}', this.fromFallback, { source: 'fallback' }),
    ]
  }
}

type Counted = Exclude<keyof CallCounters, 'out' | 'add' | 'metrics'>
