import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'

/** The story that the example prints; it ends by itself, in time and with 0, or this throws. */
const path = 'examples/self-healing.ts'
let printed = ''
beforeAll(() => {
  printed = execFileSync('node_modules/.bin/tsx', [path], { encoding: 'utf8', timeout: 30_000 })
}, 60_000)

test('what is ill is detected, each by what gives it away', () => {
  expect(printed).toMatch(/pricing +detected: a price of zero/)
  expect(printed).toMatch(/signals +detected: .*it spins/)
  expect(printed).toMatch(/history +detected: .*(needed|holds) .*more than 64 MB/)
})

test('only what is ill is isolated and restored, with source, number and time', () => {
  const restored = /(\w+) +restored: (\w+) state, at number \d+, in [\d.]+ ms/g
  const sources = [...printed.matchAll(restored)].map(([, name, source]) => `${name} ${source}`)

  for (const name of ['pricing', 'signals', 'history']) {
    expect(printed).toMatch(new RegExp(`${name} +isolated`))
  }
  expect(new Set(sources)).toEqual(new Set(['pricing replica', 'signals own', 'history own']))
  expect(printed).not.toMatch(/ledger +(detected|isolated|restored)|given up/)
})

test('the healthy one counts on while another one hangs, and the mode comes back', () => {
  const meanwhile = /signals +restored: .*; meanwhile the ledger counted (\d+) ticks/.exec(printed)
  const modes = [...printed.matchAll(/system +(\w+):/g)].map(([, mode]) => mode)

  expect(Number(meanwhile![1])).toBeGreaterThan(5)
  expect([modes[0], modes.at(-1)]).toEqual(['RECOVERY', 'NORMAL'])
})

test('at the end all four run and stand at the same tick and sum', () => {
  const ticks = Number(/after (\d+) ticks/.exec(printed)![1])
  const ends = [...printed.matchAll(/(\w+) +running after \d+ restarts, (.*): nothing lost/g)]

  expect(ends.map(([, name]) => name)).toEqual(['ledger', 'pricing', 'signals', 'history'])
  for (const [, , end] of ends) expect(end).toBe(`${ticks} ticks, sum ${(ticks * (ticks + 1)) / 2}`)
})

test('a stranger reads it in one sitting', () => {
  expect(readFileSync(path, 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(120)
})
