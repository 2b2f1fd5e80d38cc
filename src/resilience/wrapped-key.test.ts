import { expect, test } from 'vitest'
import { policy } from './policy.ts'
import { resilient } from './resilient.ts'
import { SimulatedSide } from './simulated-side.ts'

/** A side that answers once for each symbol and then fails. */
function setup() {
  const { parts } = new SimulatedSide()
  const prices = policy('prices', { effect: 'read', retry: false, cache: {}, ...parts })
  const known = new Map([['BTC', 60_000]])
  const fetchPrice = async (symbol: string): Promise<number> => {
    const price = known.get(symbol)
    known.delete(symbol)
    if (price === undefined) throw new Error(`no price of ${symbol}`)
    return price
  }
  return { prices, fetchPrice }
}

test("a wrapped call never answers one symbol with another's remembered price", async () => {
  const { prices, fetchPrice } = setup()
  const priceOf = prices.wrap((_, symbol: string) => fetchPrice(symbol))

  await priceOf('BTC')
  const other = await priceOf('ETH')

  expect(other).toMatchObject({ ok: false, error: { message: 'no price of ETH' } })
})

test('a wrapped call says its key, and is answered with the price of that key', async () => {
  const { prices, fetchPrice } = setup()
  const priceOf = prices.wrap(
    (_, symbol: string) => fetchPrice(symbol),
    (symbol) => ({ key: symbol }),
  )

  await priceOf('BTC')
  const outcomes = [await priceOf('BTC'), await priceOf('ETH')]

  expect(outcomes).toMatchObject([{ value: 60_000, source: 'cache' }, { ok: false }])
})

test('a wrapped call whose key cannot be read is a failure and not an exception', async () => {
  const { prices, fetchPrice } = setup()
  const error = new Error('no symbol')
  const priceOf = prices.wrap(
    (_, symbol: string) => fetchPrice(symbol),
    (_symbol) => {
      throw error
    },
  )

  expect(await priceOf('BTC')).toMatchObject({ ok: false, error, errorClass: 'fatal', attempts: 0 })
})

test('a decorated call says its key too', async () => {
  const { prices, fetchPrice } = setup()
  const priceOf = resilient(prices, (symbol: string) => ({ key: symbol }))(fetchPrice)

  await priceOf('BTC')

  await expect(priceOf('BTC')).resolves.toBe(60_000)
  await expect(priceOf('ETH')).rejects.toThrow('no price of ETH')
})
