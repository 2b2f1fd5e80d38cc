import { assert, refuse, type Refusal } from '../runtime/index.ts'
import { orderEdges, type OrderInput, type OrderStatus } from './order-edges.ts'
import type { Quantity } from './money.ts'
import type { OrderFill, OrderReport, OrderRequest } from './order.ts'

/**
 * The life of one order, as a value and a pure function. What holds:
 *
 * - An order starts as `intended`: written down, and as far as we know nothing was sent. A crash
 *   may hide the sending, so every report of the exchange is legal from here.
 * - `submitted` follows `intended` only, once: a second sending is refused before it leaves.
 * - A lost reply makes the order `unknown`. No time-out leads out of that, only a report or
 *   `never-arrived` (asked twice, not found).
 * - A fill is money that moved: it is applied from every state, whatever we believed, once for
 *   each trade id. More than was asked for is said (`overfill`), never hidden.
 * - What cannot follow is a refusal with a sentence: neither thrown nor swallowed.
 *
 * Which input may follow which state is the table in `order-edges.ts`.
 */
export type OrderState = OrderRecord &
  (
    | { readonly status: 'intended' | 'submitted' | 'working' | 'partially-filled' | 'filled' }
    | { readonly status: ExplainedStatus; readonly reason: string }
  )

type ExplainedStatus = 'unknown' | 'refused' | 'canceled' | 'expired' | 'never-arrived'

interface OrderRecord {
  readonly request: OrderRequest
  /** Null until the exchange named one. */
  readonly exchangeOrderId: string | null
  /** We asked for the end, and the answer is not here yet (or was no). */
  readonly cancelRequested: boolean
  /** A stop order whose price was reached. */
  readonly triggered: boolean
  /** In order of arrival, each trade id once. */
  readonly fills: readonly OrderFill[]
  readonly filledQuantity: Quantity
  readonly intendedTime: number
  readonly updatedTime: number
}

export interface OrderTransition {
  readonly ok: true
  readonly state: OrderState
  /** The fill to book; null where there is none or it was booked before. */
  readonly fill: OrderFill | null
  readonly notice: OrderNotice | null
}

/**
 * What somebody should look at although it was legal:
 * `repeated` said nothing new; `late-fill` came after the end; `revived` shows that an order we
 * had given up is alive; `overfill` filled more than was asked for.
 */
export type OrderNotice = 'repeated' | 'late-fill' | 'revived' | 'overfill'

export function intendedOrder(request: OrderRequest, time: number): OrderState {
  return {
    status: 'intended',
    request,
    exchangeOrderId: null,
    cancelRequested: false,
    triggered: false,
    fills: [],
    filledQuantity: 0 as Quantity,
    intendedTime: time,
    updatedTime: time,
  }
}

export function nextOrderState(
  state: OrderState,
  input: OrderInput,
): OrderTransition | Refusal<'illegal-transition'> {
  assert(input.clientOrderId === state.request.clientOrderId, 'an input is given to its own order')
  const targets = orderEdges[state.status][input.type]
  if (targets.length === 0) {
    return illegal(state, `it is ${state.status}, and "${input.type}" cannot follow`)
  }
  const contradiction = contradictionOf(state, input)
  if (contradiction !== null) return illegal(state, contradiction)
  if (input.type === 'filled') return applyFill(state, input, targets)

  const next = moved(state, targets[0]!, input)
  if (isSame(state, next)) return { ok: true, state, fill: null, notice: 'repeated' }
  const revived = isGivenUp(state) && !isGivenUp(next)
  return { ok: true, state: next, fill: null, notice: revived ? 'revived' : null }
}

/** Nothing more is expected; what comes all the same is still applied. */
export function isTerminal(state: OrderState): boolean {
  return terminalStatuses.has(state.status)
}

/** What may still trade. */
export function remainingQuantity(state: OrderState): Quantity {
  if (isTerminal(state)) return 0 as Quantity
  return Math.max(0, state.request.quantity - state.filledQuantity) as Quantity
}

const terminalStatuses: ReadonlySet<OrderStatus> = new Set([
  'filled',
  'canceled',
  'expired',
  'refused',
  'never-arrived',
])

function applyFill(
  state: OrderState,
  report: Extract<OrderReport, { type: 'filled' }>,
  targets: readonly OrderStatus[],
): OrderTransition {
  const { tradeId, side, price, quantity, fee, liquidity } = report
  if (state.fills.some((known) => known.tradeId === tradeId)) {
    return { ok: true, state, fill: null, notice: 'repeated' }
  }
  const fill = { tradeId, side, price, quantity, fee, liquidity }
  const filledQuantity = (state.filledQuantity + quantity) as Quantity
  const complete = filledQuantity >= state.request.quantity
  const status = targets[complete ? targets.length - 1 : 0]!
  const fills = [...state.fills, fill]
  return {
    ok: true,
    state: moved(state, status, report, { fills, filledQuantity }),
    fill,
    notice: fillNotice(state, filledQuantity),
  }
}

function fillNotice(before: OrderState, filledQuantity: Quantity): OrderNotice | null {
  if (filledQuantity > before.request.quantity) return 'overfill'
  if (isGivenUp(before)) return 'revived'
  return isTerminal(before) ? 'late-fill' : null
}

/** Field by field: a copy with `...` is many times slower, and a journal holds many orders. */
function moved(
  state: OrderState,
  status: OrderStatus,
  input: OrderInput,
  filled: Pick<OrderRecord, 'fills' | 'filledQuantity'> = state,
): OrderState {
  const next: OrderRecord & { readonly status: OrderStatus; reason?: string } = {
    request: state.request,
    exchangeOrderId: input.type === 'accepted' ? input.exchangeOrderId : state.exchangeOrderId,
    cancelRequested: cancelRequestedAfter(state, input),
    triggered: state.triggered || input.type === 'triggered',
    fills: filled.fills,
    filledQuantity: filled.filledQuantity,
    intendedTime: state.intendedTime,
    updatedTime: input.time,
    status,
  }
  if (explainedStatuses.has(status)) next.reason = reasonAfter(state, status, input)
  return next as OrderState
}

const explainedStatuses: ReadonlySet<OrderStatus> = new Set<ExplainedStatus>([
  'unknown',
  'refused',
  'canceled',
  'expired',
  'never-arrived',
])

function cancelRequestedAfter(state: OrderState, input: OrderInput): boolean {
  if (input.type === 'cancel-requested') return true
  if (input.type === 'cancel-refused') return false
  return state.cancelRequested
}

/** A state that stays keeps its reason: the first one is the one that ended it. */
function reasonAfter(state: OrderState, status: OrderStatus, input: OrderInput): string {
  if (state.status === status && 'reason' in state) return state.reason
  if ('reason' in input) return input.reason
  return 'The exchange was asked twice and does not know the order.'
}

function isSame(before: OrderState, after: OrderState): boolean {
  return (
    before.status === after.status &&
    before.exchangeOrderId === after.exchangeOrderId &&
    before.cancelRequested === after.cancelRequested &&
    before.triggered === after.triggered
  )
}

function isGivenUp(state: OrderState): boolean {
  return state.status === 'refused' || state.status === 'never-arrived'
}

/** What no honest exchange says about this order, in any state. */
function contradictionOf(state: OrderState, input: OrderInput): string | null {
  const { request, exchangeOrderId } = state
  if (input.symbol !== request.symbol) return `it is of ${request.symbol}, not ${input.symbol}`
  if (input.type === 'accepted' && exchangeOrderId !== null) {
    const other = input.exchangeOrderId
    if (other !== exchangeOrderId) {
      return `it is order ${exchangeOrderId} of the exchange, which now says ${other}`
    }
  }
  if (input.type !== 'filled') return null
  if (input.side !== request.side) return `it is to ${request.side}, and a ${input.side} was filled`
  if (!(input.quantity > 0)) return `a fill of quantity ${input.quantity} is none`
  return null
}

function illegal(state: OrderState, why: string): Refusal<'illegal-transition'> {
  return refuse('illegal-transition', `Order ${state.request.clientOrderId}: ${why}.`)
}
