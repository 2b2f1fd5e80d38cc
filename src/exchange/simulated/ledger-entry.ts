import type { OrderReport, OrderRequest, Price, Quantity } from '../../trading/index.ts'
import type { AssetBalance } from '../exchange.ts'
import type { AccountState } from './account.ts'
import type { WorkingOrder } from './matcher.ts'

/**
 * What happens to a ledger, one entry at a time, and the shapes its state takes as JSON.
 * An entry is complete: applying it needs nothing that is not in it or in the ledger.
 */
export type LedgerEntry =
  | { readonly type: 'deposit'; readonly amounts: Readonly<Record<string, string>> }
  | OrderEntry
  | { readonly type: 'report'; readonly report: OrderReport }
  | { readonly type: 'duplicate'; readonly report: OrderReport }

export interface OrderEntry {
  readonly type: 'order'
  readonly request: OrderRequest
  /** What the reservation was valued at; null for a refused order. */
  readonly referencePrice: Price | null
  readonly report: OrderReport & { type: 'accepted' | 'refused' }
}

/** The ledger changes it; everybody else reads. */
export interface LedgerOrder extends WorkingOrder {
  remaining: Quantity
  triggered: boolean
  status: 'working' | 'filled' | 'canceled' | 'expired' | 'refused'
  readonly reports: OrderReport[]
}

export type JsonObject = Readonly<Record<string, unknown>>

export interface EncodedOrder {
  readonly request: JsonObject & { readonly clientOrderId: string }
  readonly remaining: string
  readonly triggered: boolean
  readonly status: LedgerOrder['status']
  readonly reports: readonly (JsonObject & { readonly type: OrderReport['type'] })[]
}

export interface LedgerState {
  readonly account: AccountState
  readonly orders: readonly EncodedOrder[]
  /** Client order ids of finished orders, the first to finish first. */
  readonly finished: readonly string[]
  readonly lastTradeIds: readonly (readonly [string, number])[]
  readonly lastOrderNumber: number
  readonly duplicates: number
}

/** For oracles: what this exchange believes, as JSON with decimal text. */
export interface ExchangeLedgerView {
  readonly orders: readonly (EncodedOrder & { readonly filled: string })[]
  readonly fills: readonly JsonObject[]
  readonly balances: Readonly<Record<string, AssetBalance>>
  /** Submissions refused because their client order id was known already. */
  readonly duplicates: number
}
