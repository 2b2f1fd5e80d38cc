import { formatBytes } from '../format/figure.ts'
import type { Dashboard } from '../model/dashboard.ts'

/** The small print, with the notice the charts' licence asks for. */
export function Footer({ dashboard }: { dashboard: Dashboard }) {
  const health = dashboard.health.value
  const rates = dashboard.rates.value
  return (
    <footer class="bottom">
      <span>
        Genesis {health?.version}
        {rates && ` · ${formatBytes(rates.memoryBytes)} · journal ${rates.journalAcknowledged}`}
        {' · times are UTC'}
      </span>
      <span>
        {'TradingView Lightweight Charts\u2122 · Copyright (c) 2025 TradingView, Inc. '}
        <a href="https://www.tradingview.com/" rel="noreferrer" target="_blank">
          https://www.tradingview.com/
        </a>
      </span>
    </footer>
  )
}
