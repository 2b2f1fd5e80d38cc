import { refuse, type Refusal } from '../../runtime/index.ts'
import {
  type Instrument,
  type OrderRequest,
  orderRuleBreach,
  type Price,
} from '../../trading/index.ts'
import type { Account } from './account.ts'
import type { Matcher } from './matcher.ts'

/** Why an order cannot even be written down, or null. */
export function understood(
  order: OrderRequest,
  instruments: ReadonlyMap<string, Instrument>,
): string | null {
  if (!instruments.has(order.symbol)) return `${order.symbol} is not traded here`
  const units = [order.quantity, order.limitPrice ?? 1, order.stopPrice ?? 1]
  return units.every(Number.isSafeInteger) ? null : 'quantity and prices must be whole units'
}

/**
 * Whether the exchange takes an order, and the price its reservation is valued at. The rules of
 * trading come first, then what only the exchange knows: its market and the account's money.
 */
export function admission(order: OrderRequest, { instrument, matcher, account }: Admission) {
  const marketPrice = matcher.referencePrice(order.side)
  const limit = order.limitPrice ?? order.stopPrice
  const referencePrice = (marketPrice ?? limit ?? 0) as Price
  return (
    orderRuleBreach(order, { instrument, referencePrice }) ??
    fillOrKillBreach(order) ??
    postOnlyBreach(order, matcher) ??
    reduceOnlyBreach(order, account) ??
    account.affords(order, valuation(order, referencePrice)) ?? {
      ok: true as const,
      price: valuation(order, referencePrice),
    }
  )
}

interface Admission {
  readonly instrument: Instrument
  readonly matcher: Matcher
  readonly account: Account
}

/** A buy never pays more than its limit; a sale may get the market's better price. */
function valuation({ side, limitPrice, stopPrice }: OrderRequest, market: Price): Price {
  if (side === 'buy' && limitPrice !== null) return limitPrice
  return Math.max(limitPrice ?? 0, stopPrice ?? 0, market) as Price
}

function fillOrKillBreach(order: OrderRequest): Refusal<'order-rule'> | null {
  if (order.timeInForce !== 'fok' || order.limitPrice !== null) return null
  return refuse('order-rule', `A ${order.type} order cannot be fok: give it a limit price.`)
}

function postOnlyBreach(order: OrderRequest, matcher: Matcher): Refusal<'would-trade'> | null {
  if (!order.postOnly || !matcher.wouldTrade(order.side, order.limitPrice!)) return null
  return refuse('would-trade', 'A post-only order may not trade at once.')
}

/** A stop is asked when it triggers: it may wait for a position that is not there yet. */
function reduceOnlyBreach(order: OrderRequest, account: Account): Refusal<'not-reducing'> | null {
  if (!order.reduceOnly || order.stopPrice !== null || account.reducible(order) > 0) return null
  return refuse('not-reducing', 'A reduce-only order needs a position to reduce.')
}
