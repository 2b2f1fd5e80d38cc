import type { HealthView } from '../../../src/server/protocol.ts'
import { Figure, UNKNOWN } from './figure.tsx'

/** The health score; the reasons against it are in the tooltip. */
export function HealthMeter({ health }: { health: HealthView | null }) {
  if (health === null) return <Figure label="Health">{UNKNOWN}</Figure>
  const title = health.reasons.join('\n') || 'Everything is well'
  return (
    <Figure label="Health" title={title}>
      <meter
        min={0}
        max={100}
        low={50}
        high={80}
        optimum={100}
        value={health.score}
        aria-label="Health"
      />
      {Math.round(health.score)}
    </Figure>
  )
}
