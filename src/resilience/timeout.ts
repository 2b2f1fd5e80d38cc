import { assert } from '../runtime/index.ts'
import { AttemptTimeout } from './attempt-timeout.ts'
import type { OnceExecutor } from './executor.ts'
import { LateLayer } from './late-layer.ts'
import { dynamicTimeoutMs } from './prediction/dynamic-timeout.ts'
import { LatencyPredictor } from './prediction/latency-predictor.ts'
import { shown } from './shown.ts'
import { timersOf } from './timers.ts'

/**
 * The attempt timeout alone: `pipeline([timeout(500)]).run(task)`. Without a number it follows the
 * latency it measures. Inside `retry` it cuts one attempt; for all of them together there is
 * `deadlineMs`.
 */
export function timeout(timeoutMs: number | 'dynamic' = 'dynamic'): OnceExecutor {
  const isTime = typeof timeoutMs === 'number' && timeoutMs > 0
  const isFine = timeoutMs === 'dynamic' || isTime
  assert(isFine, `timeout is 'dynamic' or above 0 ms, not ${shown(timeoutMs)}`)
  return new LateLayer(({ clock, events }) => {
    const latency = new LatencyPredictor()
    const limitMs = timeoutMs === 'dynamic' ? dynamicTimeoutMs : () => timeoutMs
    return new AttemptTimeout({ timeoutMs: limitMs, latency, timers: timersOf(clock), events })
  }, undefined)
}
