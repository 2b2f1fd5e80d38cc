import { type Coordinator, type ModeEffects, modeEffects, priorityNames } from '../engine/index.ts'
import type { Policy } from '../resilience/index.ts'
import type { BreakerView, EngineView, ModeEffectsView, QueueView } from '../server/index.ts'
import type { ModeHistory } from './mode-history.ts'

/** The engine from inside, as the page shows it. */
export function engineView(
  coordinator: Coordinator,
  modes: ModeHistory,
  policies: readonly WatchedPolicy[],
): EngineView {
  const { oldestWaitMs } = coordinator.status()
  return {
    queues: queues(coordinator),
    queueBound: coordinator.queueBound,
    oldestWaitMs,
    breakers: policies.map(breakerView),
    effects: effectsView(modeEffects[modes.current.mode]),
    modeChanges: modes.changes,
  }
}

/** What stands between us and somebody else. */
export interface WatchedPolicy {
  readonly essential: boolean
  readonly policy: Pick<Policy<'read'>, 'name' | 'breaker' | 'counters' | 'latency'>
}

function queues(coordinator: Coordinator): readonly QueueView[] {
  const { byLevel } = coordinator.status().dispatch
  return byLevel.map(({ handled, refused, shed }, priority) => ({
    level: priorityNames[priority]!,
    depth: coordinator.depth(priority as 0 | 1 | 2 | 3 | 4),
    handled,
    shed: shed.displaced + refused.throttled,
    refused: refused['queue-full'],
  }))
}

function breakerView({ essential, policy }: WatchedPolicy): BreakerView {
  const { calls, failed } = policy.counters
  const { expectedMs } = policy.latency
  return {
    name: policy.name,
    essential,
    state: policy.breaker?.state ?? 'CLOSED',
    calls,
    failures: failed,
    latencyMs: Number.isFinite(expectedMs) ? expectedMs : null,
  }
}

function effectsView({ throttleFactor, hedging, batchMax, trading }: ModeEffects): ModeEffectsView {
  return { throttleFactor, hedging, batchMax, trading: trading.replaceAll('-', ' ') }
}
