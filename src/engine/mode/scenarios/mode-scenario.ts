import type { SystemMode } from '../system-mode.ts'

/**
 * A situation in which a mode is worth its cost, as a seeded simulation in virtual time.
 *
 * What keeps it honest: all runs get the same load from the same seed and differ in nothing but
 * the settings of `modeEffects`. In one of them the real monitor and the real table choose the
 * mode from what is measured, in one the mode is held from the start (so that what it brings is
 * its own, not that of a stricter one that followed), in one it is left out. What it costs is
 * measured beside what it brings.
 */
export interface ModeScenario {
  readonly mode: SystemMode
  /** What the mode is compared with: NORMAL, and for NORMAL itself caution without a cause. */
  readonly against: SystemMode
  readonly load: string
  /** What is measured, with its unit. */
  readonly measure: string
  readonly better: 'more' | 'less'
  /** What is given up for it, with its unit. */
  readonly cost: string
  run(seed: number, governed: Governed): ScenarioRun
}

/** By the table, or pinned to one mode. */
export type Governed = 'by the table' | SystemMode

export interface ScenarioRun {
  readonly value: number
  readonly cost: number
  /** The share of the time in each mode that was entered. */
  readonly modes: Readonly<Partial<Record<SystemMode, number>>>
  readonly changes: number
}

export interface ModeComparison {
  readonly scenario: ModeScenario
  /** Means over the seeds. */
  readonly byTable: ScenarioRun
  readonly held: ScenarioRun
  readonly without: ScenarioRun
  /** In how many of the seeds it was better than without, both by the table and held. */
  readonly wins: number
  readonly seeds: number
}

export function compare(scenario: ModeScenario, seeds: number): ModeComparison {
  const all = Array.from({ length: seeds }, (_, seed) => ({
    byTable: scenario.run(seed, 'by the table'),
    held: scenario.run(seed, scenario.mode),
    without: scenario.run(seed, scenario.against),
  }))
  const sign = scenario.better === 'more' ? 1 : -1
  const wins = all.filter(
    ({ byTable, held, without }) =>
      sign * (byTable.value - without.value) > 0 && sign * (held.value - without.value) > 0,
  )
  return {
    scenario,
    byTable: meanOf(all.map(({ byTable }) => byTable)),
    held: meanOf(all.map(({ held }) => held)),
    without: meanOf(all.map(({ without }) => without)),
    wins: wins.length,
    seeds,
  }
}

function meanOf(runs: readonly ScenarioRun[]): ScenarioRun {
  const mean = (of: (run: ScenarioRun) => number) =>
    runs.reduce((sum, run) => sum + of(run), 0) / runs.length
  const entered = [...new Set(runs.flatMap(({ modes }) => Object.keys(modes) as SystemMode[]))]
  return {
    value: mean(({ value }) => value),
    cost: mean(({ cost }) => cost),
    changes: mean(({ changes }) => changes),
    modes: Object.fromEntries(entered.map((name) => [name, mean(({ modes }) => modes[name] ?? 0)])),
  }
}
