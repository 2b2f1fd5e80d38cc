import { formatLatency, formatRate } from '../format/figure.ts'
import { formatDuration } from '../format/time.ts'
import type { Dashboard } from '../model/dashboard.ts'
import { ConnectionLight } from './connection-light.tsx'
import { Figure, UNKNOWN } from './figure.tsx'
import { HealthMeter } from './health-meter.tsx'
import { ModeBadge } from './mode-badge.tsx'

/** How the system is: connected, in which mode, how healthy, how fast. */
export function Header({ dashboard }: { dashboard: Dashboard }) {
  const rates = dashboard.rates.value
  const health = dashboard.health.value
  const strategy = dashboard.strategy.value
  const reason = dashboard.mode.value?.reason ?? health?.reasons[0]
  const uptime = rates && health ? formatDuration(rates.time - health.startedAt) : UNKNOWN
  return (
    <header class={dashboard.stale.value ? 'top old' : 'top'}>
      <h1>Genesis</h1>
      <ModeBadge mode={dashboard.mode.value} />
      {strategy && (
        <span class="strategy">
          <b>{strategy.name}</b> {strategy.run} on {strategy.exchange}
          {!strategy.warm && ', warming up'}
        </span>
      )}
      <ConnectionLight connection={dashboard.connection.value} />
      <p class="reason" title={reason}>
        {reason}
      </p>
      <dl class="figures">
        <HealthMeter health={health} />
        <Figure label="Events/s">{rates ? formatRate(rates.eventsPerSecond) : UNKNOWN}</Figure>
        <Figure label="Latency p99" title="From publishing an event until it is handled">
          {rates ? formatLatency(rates.latencyMsP99) : UNKNOWN}
        </Figure>
        <Figure label="Uptime">{uptime}</Figure>
      </dl>
    </header>
  )
}
