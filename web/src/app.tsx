import type { Desk } from './model/desk.ts'
import { AccountStrip } from './parts/account-strip.tsx'
import { BalancesTable } from './parts/balances-table.tsx'
import { CandlePanel } from './parts/candle-panel.tsx'
import { EnginePanel } from './parts/engine-panel.tsx'
import { EquityPanel } from './parts/equity-panel.tsx'
import { EventsList } from './parts/events-list.tsx'
import { FillsTable } from './parts/fills-table.tsx'
import { Footer } from './parts/footer.tsx'
import { Header } from './parts/header.tsx'
import { OrdersTable } from './parts/orders-table.tsx'
import { PositionsTable } from './parts/positions-table.tsx'
import { ReconnectBanner } from './parts/reconnect-banner.tsx'

/** One page: how the system is, what it earns, what it does, in that order. */
export function App({ desk }: { desk: Desk }) {
  const { dashboard } = desk
  return (
    <>
      <ReconnectBanner dashboard={dashboard} />
      <Header dashboard={dashboard} />
      <main class={dashboard.stale.value ? 'desk stale' : 'desk'}>
        <AccountStrip dashboard={dashboard} />
        <CandlePanel desk={desk} />
        <EquityPanel dashboard={dashboard} />
        <PositionsTable dashboard={dashboard} />
        <OrdersTable desk={desk} />
        <BalancesTable dashboard={dashboard} />
        <EnginePanel dashboard={dashboard} />
        <FillsTable dashboard={dashboard} />
        <EventsList dashboard={dashboard} />
      </main>
      <Footer dashboard={dashboard} />
    </>
  )
}
