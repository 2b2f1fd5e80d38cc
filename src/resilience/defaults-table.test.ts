import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { edges } from './breaker/next.ts'
import { rulesOf } from './breaker/rules.ts'

const page = readFileSync(new URL('../../docs/resilience.md', import.meta.url), 'utf8')

test("the page's defaults of the circuit are those of the code", () => {
  const rules = rulesOf({}) as unknown as Readonly<Record<string, unknown>>
  const rows = [...page.matchAll(/^\| `breaker\.(\w+)` +\| ([\d ]+?) *\|/gm)]

  const told = Object.fromEntries(
    rows.map(([, name, value]) => [name!, Number(value!.replaceAll(' ', ''))]),
  )

  const known = Object.keys(told).filter((name) => name !== 'breakMs')
  expect(known.length).toBeGreaterThanOrEqual(10)
  for (const name of known) expect([name, told[name]]).toEqual([name, rules[name]])
  expect(told['breakMs']).toBe(rulesOf({}).breakMs(1))
})

test("the page's diagram has the edges of the code and no others", () => {
  const arrows = [...page.matchAll(/^ +([A-Z_]+) --> ([A-Z_]+): /gm)]

  const coded = Object.entries(edges).flatMap(([from, tos]) => tos.map((to) => `${from} ${to}`))

  const drawn = arrows.map(([, from, to]) => `${from} ${to}`)
  expect(drawn.toSorted()).toEqual(coded.toSorted())
})
