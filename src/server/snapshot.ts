import type { SnapshotMessage } from './protocol.ts'
import type { SystemView } from './system-view.ts'

/**
 * All a page needs to be drawn, of one moment. Its lists are the newest of each, bounded, so that
 * a snapshot stays far below what one client may have waiting.
 */
const OPEN_ORDERS = 200
const FILLS = 200
const EQUITY_POINTS = 1000
const EVENTS = 300

/** @param number the last delta the snapshot includes. */
export function snapshotOf(view: SystemView, number: number): SnapshotMessage {
  return {
    type: 'snapshot',
    number,
    health: view.health(),
    mode: view.mode(),
    rates: view.rates(),
    strategies: view.strategies(),
    symbols: view.symbols(),
    components: view.components(),
    engine: view.engine(),
    openOrders: view.orders({ open: true, symbol: null, after: null, limit: OPEN_ORDERS }),
    fills: view.fills({ symbol: null, after: null, limit: FILLS }),
    positions: view.positions(),
    balances: view.balances(),
    equity: view.equity({ after: null, limit: EQUITY_POINTS }),
    events: view.events({ after: null, limit: EVENTS }),
  }
}
