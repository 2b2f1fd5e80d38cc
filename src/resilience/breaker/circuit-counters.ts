import type { Metric } from '../metric.ts'

/** admitted = settled + late + out; asked = admitted + refused. */
export interface CircuitCounters {
  readonly admitted: number
  readonly refused: number
  readonly settled: number
  readonly late: number
  /** Of those settled: the caller's abort, local refusals, our own mistakes. */
  readonly ignored: number
  /** Settled again, or never admitted. */
  readonly duplicates: number
  readonly expiredProbes: number
  readonly wouldRefuse: number
  readonly transitions: number
}

export function circuitMetrics(name: string, state: string, counters: CircuitCounters): Metric[] {
  const attributes = { name }
  const counter = (what: string, unit: string, value: number): Metric => ({
    name: `genesis.resilience.breaker.${what}`,
    kind: 'counter',
    unit,
    value,
    attributes,
  })
  return [
    counter('admitted', '{call}', counters.admitted),
    counter('refused', '{call}', counters.refused),
    counter('settled', '{call}', counters.settled),
    counter('late', '{call}', counters.late),
    counter('ignored', '{call}', counters.ignored),
    counter('duplicates', '{call}', counters.duplicates),
    counter('would_refuse', '{call}', counters.wouldRefuse),
    counter('probes.expired', '{probe}', counters.expiredProbes),
    counter('transitions', '{transition}', counters.transitions),
    {
      name: 'genesis.resilience.breaker.state',
      kind: 'gauge',
      unit: '1',
      value: 1,
      attributes: { name, state },
    },
  ]
}
