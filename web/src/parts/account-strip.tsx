import { formatPercent, sumOf } from '../format/decimal.ts'
import type { Dashboard } from '../model/dashboard.ts'
import { Amount } from './amount.tsx'
import { Figure, UNKNOWN } from './figure.tsx'

/** What the account is worth and what it earned, summed exactly over all positions. */
export function AccountStrip({ dashboard }: { dashboard: Dashboard }) {
  const last = dashboard.equity.value.at(-1)
  const positions = dashboard.positions.value
  const quote = dashboard.quote.value
  const sum = (field: 'unrealisedProfit' | 'realisedProfit' | 'fees') =>
    sumOf(positions.map((position) => position[field]))
  return (
    <dl class="panel account" aria-label="Account">
      <Figure label={`Equity ${quote}`}>
        <strong>{last ? <Amount value={last.equity} /> : UNKNOWN}</strong>
      </Figure>
      <Figure label="Unrealised">
        <Amount value={sum('unrealisedProfit')} signed />
      </Figure>
      <Figure label="Realised">
        <Amount value={sum('realisedProfit')} signed />
      </Figure>
      <Figure label="Fees paid">
        <Amount value={sum('fees')} />
      </Figure>
      <Figure label="Cash">{last ? <Amount value={last.cash} /> : UNKNOWN}</Figure>
      <Figure label="Drawdown" title="Below the highest equity so far">
        {last ? formatPercent(last.drawdown) : UNKNOWN}
      </Figure>
    </dl>
  )
}
