import {
  formatPrice,
  formatQuantity,
  type Instrument,
  type OrderReport,
  type OrderRequest,
  parsePrice,
  parseQuantity,
  type Quantity,
} from '../../trading/index.ts'
import { assert } from '../../runtime/index.ts'
import type { EncodedOrder, JsonObject, LedgerEntry, LedgerOrder } from './ledger-entry.ts'

/**
 * Orders, reports and entries of the ledger as JSON: prices and quantities are decimal text, so
 * that a journal outlives a change of an instrument's decimals.
 */
export class LedgerCodec {
  readonly #instruments: ReadonlyMap<string, Instrument>

  constructor(instruments: readonly Instrument[]) {
    this.#instruments = new Map(instruments.map((instrument) => [instrument.symbol, instrument]))
  }

  quantity(quantity: Quantity, symbol: string): string {
    return formatQuantity(quantity, this.#instrument(symbol))
  }

  encodeOrder(order: LedgerOrder): EncodedOrder {
    const { request, remaining, triggered, status, reports } = order
    return {
      request: this.#encodeRequest(request),
      remaining: this.quantity(remaining, request.symbol),
      triggered,
      status,
      reports: reports.map((report) => this.#encodeReport(report)),
    }
  }

  decodeOrder(encoded: EncodedOrder): LedgerOrder {
    const request = this.#decodeRequest(encoded.request)
    return {
      request,
      remaining: parseQuantity(encoded.remaining, this.#instrument(request.symbol), 'remaining'),
      triggered: encoded.triggered,
      status: encoded.status,
      reports: encoded.reports.map((report) => this.#decodeReport(report)),
    }
  }

  encodeEntry(entry: LedgerEntry): JsonObject {
    if (entry.type === 'deposit') return { ...entry }
    const report = this.#encodeReport(entry.report)
    if (entry.type !== 'order') return { type: entry.type, report }
    const { request, referencePrice } = entry
    const price =
      referencePrice === null ? null : formatPrice(referencePrice, this.#instrument(request.symbol))
    return { type: 'order', request: this.#encodeRequest(request), referencePrice: price, report }
  }

  decodeEntry(encoded: JsonObject): LedgerEntry {
    if (encoded['type'] === 'deposit') return encoded as LedgerEntry & JsonObject
    const report = this.#decodeReport(encoded['report'] as JsonObject)
    if (encoded['type'] !== 'order') {
      return { type: encoded['type'] as 'report' | 'duplicate', report }
    }
    assert(report.type === 'accepted' || report.type === 'refused', 'an order is answered first')
    const request = this.#decodeRequest(encoded['request'] as JsonObject)
    const price = encoded['referencePrice'] as string | null
    const instrument = this.#instrument(request.symbol)
    const referencePrice = price === null ? null : parsePrice(price, instrument)
    return { type: 'order', request, referencePrice, report }
  }

  #encodeRequest(request: OrderRequest): EncodedOrder['request'] {
    const instrument = this.#instrument(request.symbol)
    const { quantity, limitPrice, stopPrice } = request
    return {
      ...request,
      quantity: formatQuantity(quantity, instrument),
      limitPrice: limitPrice === null ? null : formatPrice(limitPrice, instrument),
      stopPrice: stopPrice === null ? null : formatPrice(stopPrice, instrument),
    }
  }

  #decodeRequest(encoded: JsonObject): OrderRequest {
    const { symbol, quantity, limitPrice, stopPrice } = encoded as Record<string, string | null>
    const instrument = this.#instrument(symbol!)
    return {
      ...(encoded as unknown as OrderRequest),
      quantity: parseQuantity(quantity!, instrument),
      limitPrice: limitPrice == null ? null : parsePrice(limitPrice, instrument),
      stopPrice: stopPrice == null ? null : parsePrice(stopPrice, instrument),
    }
  }

  #encodeReport(report: OrderReport): EncodedOrder['reports'][number] {
    if (report.type !== 'filled') return report
    const instrument = this.#instrument(report.symbol)
    return {
      ...report,
      price: formatPrice(report.price, instrument),
      quantity: formatQuantity(report.quantity, instrument),
    }
  }

  #decodeReport(encoded: JsonObject): OrderReport {
    const report = encoded as unknown as OrderReport
    if (report.type !== 'filled') return report
    const instrument = this.#instrument(report.symbol)
    const { price, quantity } = encoded as Record<string, string>
    return {
      ...report,
      price: parsePrice(price!, instrument),
      quantity: parseQuantity(quantity!, instrument),
    }
  }

  #instrument(symbol: string): Instrument {
    const instrument = this.#instruments.get(symbol)
    assert(instrument !== undefined, `the exchange no longer lists ${symbol}, which it traded`)
    return instrument
  }
}
