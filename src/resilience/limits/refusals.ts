import type { Attempt, Call } from '../attempt.ts'
import { type Events, type Happened, keyed } from '../events.ts'
import type { Metric } from '../metric.ts'
import { aFlag, anEvents, aText } from '../option-rules.ts'
import type { RefusalCode } from '../refusal-code.ts'

/**
 * What every limit does with a call too many: counts it and says whether it really is refused.
 *
 * In shadow (METRICS_ONLY) nothing is refused: it is counted as `wouldRefuse`, here and by the
 * policy of the call, told to the listeners of both, and passes, so that a limit can be tried on
 * live traffic before it bites. A real refusal is told by the policy, once, whichever layer it
 * came from.
 */
export class Refusals {
  readonly name: string
  readonly shadow: boolean
  refused = 0
  wouldRefuse = 0
  readonly #events: Events | undefined

  constructor({ name = '', shadow = false, events }: LimitOptions) {
    this.name = name
    this.shadow = shadow
    this.#events = events
  }

  /** False in shadow: let the call pass. */
  refuses(code: RefusalCode, { call }: Attempt): boolean {
    if (!this.shadow) {
      this.refused++
      return true
    }
    this.wouldRefuse++
    call.counters.wouldRefuse++
    this.#tell(call, { type: 'call.would-refuse', refused: code, ...keyed(call.key) })
    return false
  }

  limitChanged(call: Call, from: number, to: number): void {
    this.#tell(call, { type: 'limit.changed', from, to })
  }

  /** The policy of the call, and whoever shares the limit with others and wants to hear of all. */
  #tell(call: Call, happened: Happened): void {
    const { events } = call.home
    if (events.hasListeners) events.emit(happened)
    if (this.#events !== events && this.#events?.hasListeners) this.#events.emit(happened)
  }

  /** The two counters, and the limit's own figures; `part` is its dotted name. */
  metrics(part: string, gauges: readonly Gauge[], counters: readonly Gauge[] = []): Metric[] {
    const attributes = { name: this.name }
    const figure = (kind: Metric['kind'], [what, value, unit = '{call}']: Gauge): Metric => ({
      name: `genesis.resilience.${part}.${what}`,
      kind,
      unit,
      value,
      attributes,
    })
    const counted: readonly Gauge[] = [
      ['refused', this.refused],
      ['would_refuse', this.wouldRefuse],
      ...counters,
    ]
    return [
      ...counted.map((one) => figure('counter', one)),
      ...gauges.map((one) => figure('gauge', one)),
    ]
  }
}

/** What, how much, and the unit where it is not calls. */
type Gauge = readonly [what: string, value: number, unit?: string]

/** What all limits take. */
export interface LimitOptions {
  /** Named in the metrics. */
  readonly name?: string | undefined
  /** METRICS_ONLY: counts what it would refuse, and lets it pass. */
  readonly shadow?: boolean | undefined
  readonly events?: Events | undefined
}

export const limitRules = { name: aText, shadow: aFlag, events: anEvents } as const
