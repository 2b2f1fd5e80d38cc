import type { EventView, FillView, OrderView, Update } from '../../src/server/index.ts'
import { START } from './fake-system.ts'

/** Ordinary figures, so that a test names only what it is about. */
export function sampleOrder(number: number, change: Partial<OrderView> = {}): OrderView {
  return {
    number,
    clientOrderId: `order-${number}`,
    exchangeOrderId: `exchange-${number}`,
    symbol: 'BTC/USDT',
    side: 'buy',
    type: 'limit',
    timeInForce: 'gtc',
    postOnly: false,
    reduceOnly: false,
    quantity: '0.5',
    filledQuantity: '0',
    limitPrice: '61837.63',
    stopPrice: null,
    averagePrice: null,
    state: 'working',
    open: true,
    reason: null,
    createdAt: START + number,
    updatedAt: START + number,
    ...change,
  }
}

export function sampleFill(number: number, change: Partial<FillView> = {}): FillView {
  return {
    number,
    tradeId: number,
    clientOrderId: `order-${number}`,
    symbol: 'BTC/USDT',
    side: 'buy',
    price: '61837.63',
    quantity: '0.5',
    fee: '30.918815',
    liquidity: 'taker',
    realisedProfit: null,
    time: START + number,
    ...change,
  }
}

export function sampleEvent(number: number, change: Partial<EventView> = {}): EventView {
  return {
    number,
    topic: 'bar.closed',
    priority: 2,
    time: START + number,
    key: 'BTC/USDT',
    payload: { close: '61837.63' },
    ...change,
  }
}

export function sampleCandle(openTime: number, close: string, closed = false): Update {
  return {
    type: 'candle',
    symbol: 'BTC/USDT',
    interval: '1m',
    candle: { openTime, open: '100', high: '110', low: '90', close, volume: '3.5' },
    closed,
  }
}
