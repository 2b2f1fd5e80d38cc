import type * as App from '../../../src/app/index.ts'
import type * as Market from '../../../src/app/market-replay.ts'
import type * as Paper from '../../../src/app/paper-system.ts'
import type * as Events from '../../../src/app/trading-events.ts'

/**
 * The built app. It is no part of the package's public face, so it has no `genesis/...` name of
 * its own; what is measured is nevertheless what users run and not the sources.
 */
const built = (file: string) =>
  import(new URL(`../../../dist/src/app/${file}.js`, import.meta.url).href)

export const { backTest, PaperRun, resolveConfig } = (await built('index')) as typeof App
export const { paperSystem, termsOf } = (await built('paper-system')) as typeof Paper
export const { settle } = (await built('market-replay')) as typeof Market
export const { barClosed, orderReported, runStarted } = (await built(
  'trading-events',
)) as typeof Events
