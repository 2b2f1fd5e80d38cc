import type { OrderReport } from './order.ts'

/**
 * Every legal edge of an order's life, the one truth for code, tests and documents.
 *
 * A row is a state, a column an input, a cell where it leads. An empty cell is an illegal
 * transition. A `filled` cell has two entries: while something remains, and when nothing does.
 * A cell that names its own row keeps the state (and may note an id or a flag): the answer was
 * late or repeated, which is ordinary when streams and queries tell the same story twice.
 */
export const orderEdges: Readonly<
  Record<OrderStatus, Readonly<Record<OrderInput['type'], readonly OrderStatus[]>>>
> = {
  intended: {
    submitted: ['submitted'],
    'cancel-requested': ['intended'],
    'never-arrived': ['never-arrived'],
    accepted: ['working'],
    refused: ['refused'],
    unknown: ['unknown'],
    triggered: ['working'],
    filled: ['partially-filled', 'filled'],
    canceled: ['canceled'],
    expired: ['expired'],
    'cancel-refused': ['intended'],
  },
  submitted: {
    submitted: [],
    'cancel-requested': ['submitted'],
    'never-arrived': ['never-arrived'],
    accepted: ['working'],
    refused: ['refused'],
    unknown: ['unknown'],
    triggered: ['working'],
    filled: ['partially-filled', 'filled'],
    canceled: ['canceled'],
    expired: ['expired'],
    'cancel-refused': ['submitted'],
  },
  unknown: {
    submitted: [],
    'cancel-requested': ['unknown'],
    'never-arrived': ['never-arrived'],
    accepted: ['working'],
    refused: ['refused'],
    unknown: ['unknown'],
    triggered: ['working'],
    filled: ['partially-filled', 'filled'],
    canceled: ['canceled'],
    expired: ['expired'],
    'cancel-refused': ['unknown'],
  },
  working: {
    submitted: [],
    'cancel-requested': ['working'],
    'never-arrived': [],
    accepted: ['working'],
    refused: [],
    unknown: ['working'],
    triggered: ['working'],
    filled: ['partially-filled', 'filled'],
    canceled: ['canceled'],
    expired: ['expired'],
    'cancel-refused': ['working'],
  },
  'partially-filled': {
    submitted: [],
    'cancel-requested': ['partially-filled'],
    'never-arrived': [],
    accepted: ['partially-filled'],
    refused: [],
    unknown: ['partially-filled'],
    triggered: ['partially-filled'],
    filled: ['partially-filled', 'filled'],
    canceled: ['canceled'],
    expired: ['expired'],
    'cancel-refused': ['partially-filled'],
  },
  filled: {
    submitted: [],
    'cancel-requested': [],
    'never-arrived': [],
    accepted: ['filled'],
    refused: [],
    unknown: ['filled'],
    triggered: ['filled'],
    filled: ['filled'],
    canceled: [],
    expired: [],
    'cancel-refused': ['filled'],
  },
  canceled: {
    submitted: [],
    'cancel-requested': [],
    'never-arrived': [],
    accepted: ['canceled'],
    refused: [],
    unknown: ['canceled'],
    triggered: ['canceled'],
    filled: ['canceled', 'filled'],
    canceled: ['canceled'],
    expired: [],
    'cancel-refused': ['canceled'],
  },
  expired: {
    submitted: [],
    'cancel-requested': [],
    'never-arrived': [],
    accepted: ['expired'],
    refused: [],
    unknown: ['expired'],
    triggered: ['expired'],
    filled: ['expired', 'filled'],
    canceled: [],
    expired: ['expired'],
    'cancel-refused': ['expired'],
  },
  refused: {
    submitted: [],
    'cancel-requested': [],
    'never-arrived': [],
    accepted: ['working'],
    refused: ['refused'],
    unknown: ['refused'],
    triggered: ['working'],
    filled: ['partially-filled', 'filled'],
    canceled: ['canceled'],
    expired: ['expired'],
    'cancel-refused': ['refused'],
  },
  'never-arrived': {
    submitted: [],
    'cancel-requested': [],
    'never-arrived': ['never-arrived'],
    accepted: ['working'],
    refused: ['refused'],
    unknown: ['never-arrived'],
    triggered: ['working'],
    filled: ['partially-filled', 'filled'],
    canceled: ['canceled'],
    expired: ['expired'],
    'cancel-refused': ['never-arrived'],
  },
}

export type OrderStatus =
  | 'intended'
  | 'submitted'
  | 'unknown'
  | 'working'
  | 'partially-filled'
  | 'filled'
  | 'canceled'
  | 'expired'
  | 'refused'
  | 'never-arrived'

/** What the exchange reports, and what we did or found out ourselves. */
export type OrderInput = OrderReport | OwnOrderInput

export interface OwnOrderInput {
  /** `never-arrived`: a query by client order id, made twice, answered not-found. */
  readonly type: 'submitted' | 'cancel-requested' | 'never-arrived'
  readonly clientOrderId: string
  readonly symbol: string
  readonly time: number
}
