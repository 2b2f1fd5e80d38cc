import { demoInstruments, parseInterval } from '../exchange/index.ts'
import { type Strategy, StrategyRun } from '../trading/index.ts'
import { chosenInstruments } from './paper-system.ts'
import type { Settings } from './settings.ts'

/**
 * Throws what a paper run of these settings would throw at its making, and touches nothing: so
 * that a refused run leaves no trace on the disk.
 */
export function checkPaperRun(settings: Settings, strategy: Strategy): void {
  const { parameters, symbols, interval } = settings
  parseInterval(interval, '--interval')
  const listed = demoInstruments.map(({ instrument }) => instrument)
  for (const instrument of chosenInstruments(symbols, listed)) {
    // Its making is the check.
    void new StrategyRun({ strategy, parameters, instrument })
  }
}
