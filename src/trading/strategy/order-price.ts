import { GenesisError } from '../../runtime/index.ts'
import type { Instrument } from '../instrument.ts'
import { decimalText, parseUnits, type Price } from '../money.ts'
import type { Side } from '../order.ts'

/**
 * A price as a strategy gives it, on the instrument's ticks and never worse than asked for.
 *
 * A buy's limit goes down and a sell's up. A stop goes away from the market, a buy's up and a
 * sell's down: it never triggers earlier. Text is exact; a number counts with 15 digits, so that
 * what arithmetic leaves in the 16th (0.1 + 0.2) does not cost a tick.
 */
export function orderPrice(
  kind: 'limit' | 'stop',
  side: Side,
  given: unknown,
  instrument: Instrument,
): Price {
  const text = priceText(given)
  if (text === null) throw badPrice(kind, given, 'a number above 0')
  const { priceDecimals, tickSize } = instrument
  const [whole = '0', fraction = ''] = text.split('.')
  const kept = fraction.slice(0, priceDecimals)
  const units = parseUnits(kept === '' ? whole : `${whole}.${kept}`, priceDecimals, kind)
  const down = units - (units % tickSize)
  const exact = down === units && !/[1-9]/.test(fraction.slice(priceDecimals))
  const roundsUp = (kind === 'stop') === (side === 'buy')
  const price = exact || !roundsUp ? down : down + tickSize
  if (price <= 0) throw badPrice(kind, given, 'at least one tick of the instrument')
  return price as Price
}

const PLAIN_NUMBER = /^\d+(\.\d*)?$/
const DIGITS_OF_A_NUMBER = 15

function priceText(given: unknown): string | null {
  if (typeof given === 'string') return PLAIN_NUMBER.test(given) ? given : null
  if (typeof given !== 'number' || !Number.isFinite(given) || given <= 0) return null
  return decimalText(Number(given.toPrecision(DIGITS_OF_A_NUMBER)))
}

function badPrice(field: string, value: unknown, allowed: string): GenesisError {
  const shown = typeof value === 'string' ? `"${value}"` : String(value)
  return new GenesisError('bad-input', `${field} is ${shown}; it must be ${allowed}`, {
    details: { field, value },
  })
}
