import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { WAIT_BOUNDS } from './dispatch/weighted-service.ts'
import { priorityNames } from './event.ts'
import { healthTable, SUSPICION } from './health/index.ts'
import { milderEdges } from './mode/mode-edges.ts'
import {
  CONFIRM_MS,
  dwellMs,
  healthFloors,
  MARGIN,
  modeEffects,
  type SystemMode,
  systemModes,
} from './mode/index.ts'
import { compare, modeScenarios } from './mode/scenarios/index.ts'
import { nextSupervision, type SupervisionState } from './supervision/supervision-state.ts'

const page = readFileSync(new URL('../../docs/engine.md', import.meta.url), 'utf8')

/** The rows of the table with this head, each cell without its padding and its code marks. */
function tableOf(head: string): readonly (readonly string[])[] {
  const lines = page.split('\n').map((line) => line.replaceAll(/ +/g, ' '))
  const start = lines.findIndex((line) => line.startsWith(`| ${head} |`))
  expect(start, `the page has a table that begins with ${head}`).toBeGreaterThan(-1)
  const rows = lines.slice(start + 2)
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith('|')),
    )
    .map((line) => line.split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim().replaceAll('`', '')))
}

/** The arrows of the diagram that begins at this heading. */
function arrowsOf(heading: string): string[] {
  const diagram = page.slice(page.indexOf(`## ${heading}`)).split('stateDiagram-v2')[1]!
  const arrows = diagram.split('```')[0]!.matchAll(/^ +(\w+) --> (\w+): /gm)
  return [...arrows].map(([, from, to]) => `${from} ${to}`)
}

describe('of the modes the page says what the code does', () => {
  test('every effect of every mode', () => {
    const coded = systemModes.map((mode) => {
      const effects = modeEffects[mode]
      return [
        mode,
        String(effects.throttleFactor),
        effects.hedging,
        String(effects.batchMax),
        effects.logLevel,
        String(effects.checkpointFactor),
        effects.trading,
        effects.cancelWorking ? 'cancelled' : 'stay',
      ]
    })

    expect(tableOf('mode | throttle')).toEqual(coded)
    expect(Object.keys(modeEffects.NORMAL)).toHaveLength(coded[0]!.length - 1)
  })

  test('when each is entered by health, and how long it is held', () => {
    const told = tableOf('mode | entered')

    const floors = told.flatMap(([mode, entered]) => {
      const below = /health below (\d+)/.exec(entered!)
      return below ? [[mode, Number(below[1])]] : []
    })
    const sorted = healthFloors.toSorted(([, one], [, other]) => other - one)
    expect(floors).toEqual(sorted.map((floor) => [...floor]))
    const held = told.map(([mode, , ms]) => [mode, ms])
    expect(held).toEqual(systemModes.map((mode) => [mode, `${dwellMs[mode]} ms`]))
    expect(page).toContain(`something stricter for ${CONFIRM_MS} ms`)
    expect(page).toContain(`with ${MARGIN} points`)
  })

  test('every edge to a milder mode, and no other', () => {
    const coded = systemModes.flatMap((from) => milderEdges[from].map((to) => `${from} ${to}`))

    expect(arrowsOf('The modes').toSorted()).toEqual(coded.toSorted())
  })

  test.each(systemModes)('what %s is worth, measured anew with fewer seeds', (mode) => {
    const told = tableOf('mode | measured').find(([name]) => name === mode)!
    const { scenario, byTable, held, without } = compare(modeScenarios[mode], 2)

    expect(told[1]).toBe(scenario.measure)
    expect(told[5]).toContain(scenario.cost)
    expect(page).toContain(`- ${mode}: ${scenario.load}.`)
    for (const [index, { value }] of [byTable, held, without].entries()) {
      const figure = Number(told[2 + index])
      expect(Math.abs(value - figure)).toBeLessThanOrEqual(2 + figure * 0.25)
    }
  })
})

test('of health the page has every source with its points and limits', () => {
  const told = tableOf('source | points').map((row) => row.slice(0, 4))

  const coded = Object.entries(healthTable).map(([source, { points, from, to }]) => [
    source,
    String(points),
    String(from),
    String(to),
  ])
  expect(told).toEqual(coded)
  expect(page).toContain(`φ ${SUSPICION.from} is 0, φ ${SUSPICION.to} is 1`)
})

test('of the levels the page has every bound on waiting', () => {
  const told = tableOf('level').map(([level, , bound]) => [level, Number(bound)])

  expect(told).toEqual(priorityNames.map((name, level) => [name, WAIT_BOUNDS[level]]))
})

test('of supervision the page has every edge, and no other', () => {
  const states: SupervisionState[] = [
    { is: 'running' },
    ...(['suspended', 'restoring', 'given-up'] as const).map((is) => ({ is, reason: '' })),
  ]
  const inputs = [
    ...(['failed', 'gave-up', 'retry'] as const).map((input) => ({ input, reason: '' })),
    ...(['restore', 'restored'] as const).map((input) => ({ input })),
  ]
  const coded = states.flatMap((from) =>
    inputs
      .map((input) => nextSupervision(from, input))
      .filter((to) => to.is !== from.is)
      .map((to) => `${from.is} ${to.is}`.replaceAll('given-up', 'given')),
  )

  const drawn = arrowsOf('When a component fails')
  expect(drawn.toSorted()).toEqual([...new Set(coded)].toSorted())
})

test('every mode of the code is on the page', () => {
  const named = (mode: SystemMode) => page.includes(`| ${mode} `)

  expect(systemModes.filter((mode) => !named(mode))).toEqual([])
})
