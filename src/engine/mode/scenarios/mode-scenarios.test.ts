import { expect, test } from 'vitest'
import { systemModes } from '../system-mode.ts'
import { compare, modeScenarios } from './index.ts'

const SEEDS = 3

/** Far below what is measured, so that only a lost benefit fails, and not another seed. */
const gainMin = {
  NORMAL: 1.5,
  PRE_SAFE: 3,
  LATENCY: 2,
  SAFE: 2,
  ULTRA: 4,
  RECOVERY: 1.5,
  EMERGENCY: 4,
} as const

test.each(systemModes)('%s beats what it is compared with where it is meant to', (mode) => {
  const { scenario, byTable, held, without, wins } = compare(modeScenarios[mode], SEEDS)

  const told = `${byTable.value} by the table, ${held.value} held, ${without.value} without`
  expect(wins, told).toBe(SEEDS)
  for (const { value } of [byTable, held]) {
    const [better, worse] =
      scenario.better === 'more' ? [value, without.value] : [without.value, value]
    expect(better, told).toBeGreaterThanOrEqual(gainMin[mode] * worse)
  }
})

test.each(systemModes)('in the situation for %s the table does choose it', (mode) => {
  const { modes } = modeScenarios[mode].run(0, 'by the table')

  expect(modes[mode]).toBeGreaterThan(0.1)
})

test.each(systemModes)('pinned the situation for %s stays in one mode', (mode) => {
  const scenario = modeScenarios[mode]

  const run = scenario.run(0, scenario.against)

  expect(run.changes).toBe(0)
  expect(run.modes).toEqual({ [scenario.against]: 1 })
})

test.each(systemModes)('what happens to %s depends on the seed and on nothing else', (mode) => {
  const scenario = modeScenarios[mode]

  expect(scenario.run(5, 'by the table')).toEqual(scenario.run(5, 'by the table'))
})
