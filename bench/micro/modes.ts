import {
  compare,
  type ModeComparison,
  modeScenarios,
} from '../../src/engine/mode/scenarios/index.ts'
import type { Row } from '../row.ts'

/**
 * What each of the seven modes is worth: its situation, simulated in virtual time over 20 seeds,
 * with the modes chosen by the table, with the mode held from the start, and without it. Nothing
 * here depends on the machine; the figures are the same everywhere.
 */
export function run(): Promise<Row[]> {
  const rows = Object.values(modeScenarios).flatMap((scenario) => rowsOf(compare(scenario, 20)))
  return Promise.resolve(rows)
}

function rowsOf({ scenario, byTable, held, without, wins, seeds }: ModeComparison): Row[] {
  const { mode, against, measure, load } = scenario
  const [unit, ...what] = measure.split(' ')
  const cost = `${byTable.cost.toFixed(1)} ${scenario.cost}`
  return [
    {
      name: `${mode} by the table: ${what.join(' ')}`,
      value: byTable.value,
      unit: unit!,
      note: `better in ${wins} of ${seeds} seeds; costs ${cost}; ${load}`,
    },
    { name: `${mode} held from the start`, value: held.value, unit: unit! },
    { name: `${mode} left out, staying ${against}`, value: without.value, unit: unit! },
  ]
}
