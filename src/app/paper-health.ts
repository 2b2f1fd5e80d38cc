import type { CoordinatorOptions, ResourceMonitor } from '../engine/index.ts'
import type { Reconciler } from './reconciler.ts'

/**
 * What the engine does not know of itself: how well the exchange answers, and what the process
 * uses. The exchange is known by nothing but the questions it is asked.
 */
export function paperHealth(
  resources: Pick<ResourceMonitor, 'loopLagMs' | 'memoryRatio'>,
  reconciler: () => Pick<Reconciler, 'questions' | 'available' | 'latencyRatio'>,
): NonNullable<CoordinatorOptions['healthSources']> {
  return {
    circuits: () => {
      const { name, breaker } = reconciler().questions
      return breaker ? [{ name, essential: true, state: breaker.state }] : []
    },
    dependencies: () => {
      const { available } = reconciler()
      return [{ name: 'the exchange', essential: true, available }]
    },
    loopLagMs: () => resources.loopLagMs,
    memoryRatio: () => resources.memoryRatio,
    latencyRatio: () => reconciler().latencyRatio,
  }
}
