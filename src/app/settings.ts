import { z } from 'zod'
import { decimalText, parseMoney } from '../trading/index.ts'

/**
 * Every setting of Genesis: its default, what is allowed, and where else it may come from.
 *
 * One flat list (at most 40). A name is the key in `genesis_config.json`; `environment` is the
 * variable and `flag` the command line's word for it. A flag beats the environment, which beats
 * the file, which beats the default; `genesis doctor` prints each with where its value came from.
 */
export interface Setting<Value> {
  readonly schema: z.ZodType<Value>
  readonly fallback: Value
  readonly environment?: string
  readonly flag?: string
  /** One clause: what it does, with its unit. */
  readonly meaning: string
  /** What is allowed, for the sentence that refuses a value. */
  readonly allowed: string
}

/** Text, or the JSON number that prints as it. */
const plainAmount = z.union([z.string(), z.number().transform((given) => decimalText(given))])
const amount = plainAmount.refine((text) => isAmount(text))
const cash = plainAmount.refine((text) => isAmount(text) && parseMoney(text) > 0n)
const optionalAmount = z.union([amount, z.null()])
const fraction = z.number().min(0).max(1)
const text = z.string().min(1)
const symbols = z
  .array(text)
  .min(1)
  .refine((names) => new Set(names).size === names.length)

export const settings = {
  dataFolder: setting(text, 'data', 'where the journal and the simulated exchange live', {
    environment: 'DATA_DIR',
    flag: '--data-folder',
    allowed: 'a folder',
  }),
  checkpointFolder: setting(z.union([text, z.null()]), null, 'where checkpoints live', {
    environment: 'CHECKPOINT_DIR',
    allowed: 'a folder, or null for one inside dataFolder',
  }),
  keepJournal: setting(
    z.boolean(),
    true,
    'keep every record; false: only what the last checkpoints need',
    { allowed: 'true or false' },
  ),
  checkpointEveryMs: setting(wholeNumber(100, 3_600_000), 60_000, 'ms between two checkpoints', {
    allowed: 'a whole number from 100 to 3600000',
  }),
  logFolder: setting(text, 'logs', 'where app.log, error.log and performance.log live', {
    environment: 'LOG_DIR',
    allowed: 'a folder',
  }),
  logLevel: setting(z.enum(['debug', 'info', 'warn', 'error']), 'info', 'the least level logged', {
    environment: 'LOG_LEVEL',
    flag: '--log-level',
    allowed: 'debug, info, warn or error',
  }),
  apiHost: setting(text, '127.0.0.1', 'the address the server listens on', {
    environment: 'API_HOST',
    flag: '--host',
    allowed: 'an IP address or host name',
  }),
  apiPort: setting(wholeNumber(0, 65_535), 5000, 'the port of page, REST and WebSocket', {
    environment: 'API_PORT',
    flag: '--port',
    allowed: 'a whole number from 0 (any free port) to 65535',
  }),
  strategy: setting(text, 'demo', 'the strategy: "demo" or a .ts or .js file', {
    allowed: '"demo" or a file',
  }),
  parameters: setting(
    z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    {},
    "the strategy's parameters by name",
    { allowed: 'an object of names and values' },
  ),
  exchange: setting(z.enum(['simulated']), 'simulated', 'where orders go', {
    flag: '--exchange',
    allowed: 'simulated',
  }),
  symbols: setting(symbols, ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'], 'what is traded', {
    flag: '--symbols',
    allowed: 'symbols of the exchange, each once',
  }),
  interval: setting(
    z.string().regex(/^\d+(ms|s|m|h|d|w)$/),
    '1s',
    'the bar interval of the strategy',
    { flag: '--interval', allowed: 'such as 1s, 5s, 1m, 1h or 1d' },
  ),
  cash: setting(cash, '100000', 'starting cash of a paper run, in the quote asset', {
    flag: '--cash',
    allowed: 'a plain decimal number above 0, such as 100000',
  }),
  makerFee: setting(amount, '0.0002', 'of a paper fill that rested, as a fraction', {
    allowed: 'a plain decimal number such as 0.001 for 0.1 %',
  }),
  takerFee: setting(amount, '0.0005', 'of a paper fill that traded at once, as a fraction', {
    allowed: 'a plain decimal number such as 0.001 for 0.1 %',
  }),
  seed: setting(
    z.union([z.string(), z.number().transform(String)]),
    'genesis',
    'the seed of the simulated market',
    {
      environment: 'GENESIS_SEED',
      flag: '--seed',
      allowed: 'any text',
    },
  ),
  safeMode: setting(z.boolean(), false, 'start in SAFE, and never be less careful: no new risk', {
    flag: '--safe-mode',
    allowed: 'true or false',
  }),
  autoRestart: setting(z.boolean(), false, 'start the process again after a crash or a hang', {
    flag: '--auto-restart',
    allowed: 'true or false',
  }),
  maxOrderNotional: setting(optionalAmount, null, 'largest order, in the quote asset', {
    allowed: 'a plain decimal number, or null for no limit',
  }),
  maxPositionNotional: setting(optionalAmount, null, 'largest position, in the quote asset', {
    allowed: 'a plain decimal number, or null for no limit',
  }),
  maxOpenOrders: setting(wholeNumber(1, 10_000), 100, 'open orders at one time', {
    allowed: 'a whole number from 1 to 10000',
  }),
  maxOrdersPerMinute: setting(wholeNumber(1, 100_000), 600, 'orders decided in one minute', {
    allowed: 'a whole number from 1 to 100000',
  }),
  maxDailyLoss: setting(optionalAmount, null, 'loss of one UTC day after which none is opened', {
    allowed: 'a plain decimal number, or null for no limit',
  }),
  priceBand: setting(fraction, 0.1, 'how far an order price may lie from the market', {
    allowed: 'a fraction from 0 to 1',
  }),
  maxDecisionAgeMs: setting(
    wholeNumber(1, 86_400_000),
    10_000,
    'age at which a decision is stale',
    {
      allowed: 'a whole number from 1 to 86400000',
    },
  ),
} as const

export type SettingName = keyof typeof settings
export type Settings = { readonly [Name in SettingName]: (typeof settings)[Name]['fallback'] }

function setting<Value>(
  schema: z.ZodType<Value>,
  fallback: Value,
  meaning: string,
  rest: Pick<Setting<Value>, 'environment' | 'flag' | 'allowed'>,
): Setting<Value> {
  return { schema, fallback, meaning, ...rest }
}

function wholeNumber(least: number, most: number) {
  return z.number().int().min(least).max(most)
}

function isAmount(value: string): boolean {
  try {
    return parseMoney(value) >= 0n
  } catch {
    return false
  }
}
