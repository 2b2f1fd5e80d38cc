import { LatencyPredictor, SuccessPredictor } from 'genesis/resilience'
import { score } from '../prediction/brier.ts'
import { traces } from '../prediction/traces.ts'
import type { Row } from '../row.ts'

/**
 * How good the prediction of success is, in Brier score, beside the published step table on the
 * same traces; and what it costs a call. The recorded trace is left out where its data is absent.
 */
export async function run(): Promise<Row[]> {
  const rows: Row[] = []
  let won = 0
  for (const trace of traces()) {
    const scored = score(trace, (latency) => new SuccessPredictor({ latency }))
    if (scored.predictor < scored.stepTable) won++
    rows.push(
      { name: trace.name, value: rounded(scored.predictor), unit: 'Brier', note: note(scored) },
      {
        name: `step table: ${trace.name}`,
        value: rounded(scored.stepTable),
        unit: 'Brier',
        peerOf: trace.name,
      },
    )
  }
  rows.push({ name: 'traces on which ours is better', value: won, unit: 'traces', target: '>= 5' })
  return [...rows, ...costs()]
}

function note({ calibrationError }: { readonly calibrationError: number }): string {
  return `calibrated to ${(100 * calibrationError).toFixed(1)} %`
}

function rounded(brier: number): number {
  return Number(brier.toFixed(4))
}

function costs(): Row[] {
  const latency = new LatencyPredictor()
  const success = new SuccessPredictor({ latency })
  return [
    {
      name: 'record a latency',
      value: nanoseconds((call) => latency.record(10 + (call % 7), call)),
      unit: 'ns',
    },
    {
      name: 'learn an outcome',
      value: nanoseconds((call) => success.learn(1_000, call % 100 !== 0, call)),
      unit: 'ns',
    },
    {
      name: 'state a probability',
      value: nanoseconds(() => success.probability(1_000)),
      unit: 'ns',
    },
  ]
}

const CALLS = 2_000_000

function nanoseconds(work: (call: number) => unknown): number {
  for (let call = 0; call < CALLS / 10; call++) work(call)
  const start = performance.now()
  for (let call = 0; call < CALLS; call++) work(call)
  return Math.round(((performance.now() - start) * 1e6) / CALLS)
}
