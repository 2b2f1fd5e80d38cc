/**
 * One figure, shaped as OpenTelemetry names things (dotted lower case, unit apart, attributes for
 * what differs), so that an exporter is a loop. Whoever counts has `metrics(): Metric[]`.
 *
 * Counters only rise; a gauge is the present value. All names start with `genesis.resilience.`.
 */
export interface Metric {
  readonly name: string
  readonly kind: 'counter' | 'gauge'
  /** `{call}`, `{attempt}`, `ms`, `1`, as UCUM writes them. */
  readonly unit: string
  readonly value: number
  readonly attributes: Readonly<Record<string, string>>
}

/** Who has figures of its own. */
export interface Measured {
  metrics(): Metric[]
}

export function isMeasured<T extends object>(part: T | undefined): part is T & Measured {
  return part !== undefined && 'metrics' in part && typeof part.metrics === 'function'
}
