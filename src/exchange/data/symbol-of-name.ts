/**
 * The symbol a file name tells: `20161007_btcusd_minute_trade.csv` and `BTC-USDT-1h.csv` do,
 * `bars.csv` does not. A guess for reports and accounts, never for prices.
 */
export function symbolOfName(name: string): NamedSymbol | null {
  const perpetual = /(^|[^a-z])(perp|perpetual|swap)([^a-z]|$)/i.test(name)
  const kind = perpetual ? 'perpetual' : 'spot'
  const tokens = name.toUpperCase().split(/[^A-Z0-9]+/)
  for (const [index, token] of tokens.entries()) {
    const joined = splitSymbol(token)
    if (joined) return { symbol: joined, kind }
    const next = tokens[index + 1]
    if (next === undefined || !/^[A-Z][A-Z0-9]{1,9}$/.test(token)) continue
    if (QUOTES.includes(next)) return { symbol: `${token}/${next}`, kind }
    // `btc-perp` names the base alone; such contracts are quoted in dollars.
    if (next === 'PERP') return { symbol: `${token}/USD`, kind }
  }
  return null
}

export interface NamedSymbol {
  /** `BASE/QUOTE`. */
  readonly symbol: string
  readonly kind: 'spot' | 'perpetual'
}

/** `BTCUSDT` is `BTC/USDT`; null where no known quote asset ends the text. */
export function splitSymbol(joined: string): string | null {
  const upper = joined.toUpperCase()
  if (!/^[A-Z0-9]{5,20}$/.test(upper)) return null
  const quote = QUOTES.find((asset) => upper.endsWith(asset) && upper.length - asset.length >= 2)
  return quote === undefined ? null : `${upper.slice(0, -quote.length)}/${quote}`
}

/** Longer ones first: BTCFDUSD is quoted in FDUSD, not in USD. */
const QUOTES: readonly string[] = [
  'FDUSD',
  'USDT',
  'USDC',
  'TUSD',
  'BUSD',
  'USDP',
  'BIDR',
  'IDRT',
  'DAI',
  'USD',
  'EUR',
  'GBP',
  'JPY',
  'TRY',
  'BRL',
  'AUD',
  'RUB',
  'UAH',
  'ZAR',
  'PLN',
  'BTC',
  'ETH',
  'BNB',
]
