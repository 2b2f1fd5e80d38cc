import type * as App from '../../../src/app/index.ts'

/**
 * The built app. It is no part of the package's public face, so it has no `genesis/...` name of
 * its own; what is measured is nevertheless what users run and not the sources.
 */
const built = new URL('../../../dist/src/app/index.js', import.meta.url).href

export const { backTest, PaperRun } = (await import(built)) as typeof App
