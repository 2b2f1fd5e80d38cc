import { expect, test } from 'vitest'
import { plantAt } from './planted.ts'

test.each([
  ['src/runtime/a.ts', '../journal/index.ts', 'runtime (floor 0) may not import journal (floor 1)'],
  ['src/journal/a.ts', '../engine/index.ts', 'journal (floor 1) may not import engine (floor 2)'],
  ['src/trading/a.ts', '../exchange/index.ts', 'trading (floor 2) may not import exchange'],
  ['src/server/a.ts', '../app/index.ts', 'server (floor 3) may not import app (floor 4)'],
  ['src/app/a.ts', '../simulation/index.ts', 'app (floor 4) may not import simulation (floor 5)'],
  ['src/app/deep/a.ts', '../../cli/index.ts', 'app (floor 4) may not import cli (floor 6)'],
])('%s may not look up to %s', (path, specifier, expected) => {
  const findings = plantAt(path, `import { a } from '${specifier}'\na()\n`)

  expect(findings).toEqual([expect.stringContaining(`${path}:1: ${expected}`)])
})

test.each([
  ['resilience', 'journal'],
  ['engine', 'trading'],
  ['trading', 'queue'],
  ['exchange', 'server'],
])('%s and %s share a floor and may not know each other', (own, other) => {
  const findings = plantAt(`src/${own}/a.ts`, `\nimport { a } from '../${other}/index.ts'\na()\n`)

  expect(findings).toEqual([
    expect.stringContaining(`src/${own}/a.ts:2: ${own} and ${other} share floor`),
  ])
})

test('another folder is entered through its index only', () => {
  const code = `import { a } from '../runtime/clock.ts'\na()\n`

  const findings = plantAt('src/journal/a.ts', code)

  expect(findings).toEqual(['src/journal/a.ts:1: import runtime only through src/runtime/index.ts'])
})

test('a test may reach past the index, but not up', () => {
  const below = plantAt(
    'src/journal/a.test.ts',
    `import { expect } from '../runtime/x.ts'\nexpect()\n`,
  )
  const above = plantAt('src/journal/a.test.ts', `import { expect } from '../app/x.ts'\nexpect()\n`)

  expect(below).toEqual([])
  expect(above).toEqual([expect.stringContaining('journal (floor 1) may not import app (floor 4)')])
})

test.each([
  ['a type import', `import type { A } from '../app/index.ts'\n`],
  ['an inline type import', `import { type A } from '../app/index.ts'\n`],
  ['an import in a type', `export type A = import('../app/index.ts').A\n`],
  ['a re-export', `export * from '../app/index.ts'\n`],
  ['a named re-export', `export { a } from '../app/index.ts'\n`],
  ['a dynamic import', `export const a = () => import('../app/index.ts')\n`],
  ['a bare import', `import '../app/index.ts'\n`],
  ['the package by its own name', `import 'genesis/app'\n`],
])('%s counts as an import', (_form, code) => {
  const findings = plantAt('src/engine/a.ts', code)

  expect(findings).toEqual([
    expect.stringContaining('engine (floor 2) may not import app (floor 4)'),
  ])
})

test('a folder without a floor is refused from both sides', () => {
  const from = plantAt('src/cellar/a.ts', `import '../runtime/index.ts'\n`)
  const to = plantAt('src/cli/a.ts', `import '../cellar/index.ts'\n`)

  expect(from).toEqual([expect.stringContaining('src/cellar has no floor')])
  expect(to).toEqual([expect.stringContaining('src/cellar has no floor')])
})

test('the product may not import tests or tools', () => {
  const findings = plantAt('src/cli/a.ts', `import '../../bench/run.ts'\n`)

  expect(findings).toEqual(['src/cli/a.ts:1: src may not import ../../bench/run.ts'])
})

test('web knows the types of the protocol and nothing else', () => {
  const types = plantAt('web/src/a.ts', `import type { A } from '../../src/server/protocol.ts'\n`)
  const value = plantAt('web/src/a.ts', `import { A } from '../../src/server/protocol.ts'\n`)
  const other = plantAt('web/src/a.ts', `import type { A } from '../../src/trading/index.ts'\n`)

  expect(types).toEqual([])
  expect(value).toEqual([expect.stringContaining('web may only `import type` from')])
  expect(other).toEqual([expect.stringContaining('web may not import ../../src/trading/index.ts')])
})

test('its own folder, lower floors and packages are free', () => {
  const code = `import './b.ts'\nimport '../runtime/index.ts'\nimport 'zod'\n// import '../cli/index.ts'\n`

  expect(plantAt('src/app/a.ts', code)).toEqual([])
})
