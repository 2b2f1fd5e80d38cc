import { demoInstruments, type Exchange } from '../exchange/index.ts'
import { assert, GenesisError } from '../runtime/index.ts'
import { formatMoney, formatQuantity } from '../trading/index.ts'
import { chosenInstruments, paperSystem, type PaperSystemOptions } from './paper-system.ts'

/**
 * The state of a paper run, rebuilt from its journal from the first record on, without any
 * checkpoint, and without a word to any exchange. A running Genesis that shows another state than
 * this one at the same number is wrong. `until`: the state after that record, and not the last.
 */
export async function replayPaperRun(
  options: PaperSystemOptions,
  until?: number,
): Promise<ReplayedState> {
  const listed = demoInstruments.map(({ instrument }) => instrument)
  const instruments = chosenInstruments(options.settings.symbols, listed)
  const { coordinator, account } = paperSystem(options, silentExchange, instruments, {
    checkpoints: false,
    ...(until === undefined ? {} : { engine: { recoverUpTo: until } }),
  })
  const report = await coordinator.start().catch((error: unknown) => {
    throw shortened(error) ?? error
  })
  const stateHash = coordinator.stateHash()
  const state = {
    lastNumber: report.lastNumber,
    stateHash,
    cash: account.opened ? formatMoney(account.portfolio.cash()) : null,
    equity: account.opened ? formatMoney(account.portfolio.equity()) : null,
    positions: account.opened
      ? account.portfolio.openPositions().map(({ instrument, quantity }) => ({
          symbol: instrument.symbol,
          quantity: formatQuantity(quantity, instrument),
        }))
      : [],
    openOrders: account.orders.working().map(({ request }) => request.clientOrderId),
  }
  await coordinator.stop()
  return state
}

/** Says what a replay needs, where its beginning was removed. */
function shortened(error: unknown): GenesisError | null {
  if (!(error instanceof GenesisError) || error.code !== 'journal-begins-later') return null
  const { code, message, details } = error
  const needed = 'A replay needs all of it; keepJournal: true keeps it.'
  return new GenesisError(code, `${message} ${needed}`, { cause: error, details })
}

export interface ReplayedState {
  /** The last journal number in it. */
  readonly lastNumber: number
  readonly stateHash: string
  /** Decimal text of the quote asset; null before the first run. */
  readonly cash: string | null
  readonly equity: string | null
  readonly positions: readonly { readonly symbol: string; readonly quantity: string }[]
  /** Client order ids. */
  readonly openOrders: readonly string[]
}

/** Nothing is sent while the journal is replayed, and nothing is decided after it. */
const silentExchange: Exchange = {
  name: 'none',
  instruments: [],
  start: async () => undefined,
  stop: async () => undefined,
  submit: () => assert(false, 'a replay sends no order'),
  cancel: () => assert(false, 'a replay cancels no order'),
  queryOrder: async () => ({ outcome: 'unknown', reason: 'this is a replay' }),
  openOrders: async () => ({ ok: false, reason: 'this is a replay' }),
  balances: async () => ({ ok: false, reason: 'this is a replay' }),
}
