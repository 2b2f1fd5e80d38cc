import type { Update } from './protocol.ts'

/**
 * What may be merged when there is no room for every update.
 *
 * - Orders and fills are never dropped, nor is a candle's last state.
 * - Of everything else only the latest of its key counts, and of events the newest 50: the gap
 *   shows in their numbers.
 */
const EVENTS_KEPT = 50

/** Null: this update must be delivered itself. */
export function conflationKey(update: Update): string | null {
  switch (update.type) {
    case 'order':
    case 'fill':
      return null
    case 'candle':
      return `candle ${update.symbol} ${update.interval} ${update.candle.openTime}`
    case 'position':
      return `position ${update.position.symbol}`
    case 'balance':
      return `balance ${update.balance.asset}`
    case 'event':
      return `event ${update.event.number % EVENTS_KEPT}`
    case 'component':
      return `component ${update.component.name}`
    case 'strategy':
      return `strategy ${update.strategy.name}`
    case 'engine':
    case 'equity':
    case 'mode':
    case 'health':
    case 'rates':
      return update.type
  }
}

/** What a trader waits for goes out at once; figures can wait for the next tick. */
export function isUrgent(update: Update): boolean {
  return update.type === 'order' || update.type === 'fill' || update.type === 'mode'
}
