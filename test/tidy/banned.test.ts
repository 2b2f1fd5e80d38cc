import { expect, test } from 'vitest'
import { plantAt } from './planted.ts'

const above = (code: string) => plantAt('src/engine/a.ts', code)

test.each([
  ['Date.now()', 'Date.now', '`clock.now()`'],
  [`Date['now']()`, 'Date.now', '`clock.now()`'],
  ['new Date()', 'new Date()', '`clock.now()`'],
  ['Date()', 'Date', '`clock.now()`'],
  ['const { now } = Date', 'Date', '`clock.now()`'],
  ['new Date(2024, 1)', 'new Date(year, month, ...)', 'Date.UTC'],
  ['performance.now()', 'performance', 'monotonicMs'],
  ['setTimeout(f, 1)', 'setTimeout', 'clock.after'],
  ['const later = setInterval', 'setInterval', 'clock.every'],
  ['setImmediate(f)', 'setImmediate', 'clock.turn'],
  ['AbortSignal.timeout(5)', 'AbortSignal.timeout', 'deadline'],
  ['Atomics.wait(a, 0, 0)', 'Atomics.wait', 'clock'],
  ['Math.random()', 'Math.random', 'random'],
  ['const { random } = Math', 'Math as a value', 'one by one'],
  ['crypto.randomUUID()', 'crypto', 'random'],
  ['crypto.getRandomValues(a)', 'crypto', 'random'],
  ['process.hrtime()', 'process', 'passed down'],
  ['process.env.HOME', 'process', 'passed down'],
  ['process.exit(1)', 'process', 'passed down'],
  ['console.log(1)', 'console', 'log'],
  ['fetch(u)', 'fetch', 'network'],
  ['new WebSocket(u)', 'WebSocket', 'network'],
  ['globalThis.setTimeout(f)', 'globalThis', 'the name itself'],
  ['new WeakRef(a)', 'WeakRef', 'not repeatable'],
  ['new FinalizationRegistry(f)', 'FinalizationRegistry', 'not repeatable'],
  ['new Intl.NumberFormat()', 'Intl', 'locale'],
  ['n.toLocaleString()', 'toLocaleString', 'locale'],
  ['a.localeCompare(b)', 'localeCompare', 'locale'],
  ['d.getHours()', 'getHours', 'getUTCHours'],
  ['d.getTimezoneOffset()', 'getTimezoneOffset', 'UTC'],
  ['const o = { process }', 'process', 'passed down'],
  ['const f = () => `${Date.now()}`', 'Date.now', 'clock'],
  ['(Date as unknown as { now(): number }).now()', 'Date', 'clock'],
])('%s is banned above floor 0', (code, what, use) => {
  const findings = above(`\n${code}\n`)

  expect(findings).toEqual([
    expect.stringContaining(`src/engine/a.ts:2: ${what} is banned above floor 0; use `),
  ])
  expect(findings[0]).toContain(use)
})

test.each([
  'fs',
  'fs/promises',
  'net',
  'tls',
  'http',
  'https',
  'http2',
  'dgram',
  'dns',
  'dns/promises',
  'child_process',
  'worker_threads',
  'cluster',
  'process',
  'console',
  'os',
  'v8',
  'timers',
  'timers/promises',
  'perf_hooks',
])('node:%s is banned above floor 0, with and without its prefix', (module) => {
  const expected = [expect.stringContaining(`node:${module} is banned above floor 0; use `)]

  expect(above(`import { a } from 'node:${module}'\n`)).toEqual(expected)
  expect(above(`import a from '${module}'\n`)).toEqual(expected)
  expect(above(`export const a = await import('node:${module}')\n`)).toEqual(expected)
})

test('only the dice of node:crypto are banned', () => {
  const dice = above(`import { createHash, randomUUID, randomBytes } from 'node:crypto'\n`)
  const whole = above(`import * as crypto from 'node:crypto'\n`)
  const hash = above(`import { createHash } from 'node:crypto'\n`)

  expect(dice.map((line) => line.split(' ')[1])).toEqual(['randomUUID', 'randomBytes'])
  expect(whole).toEqual([expect.stringContaining('* of node:crypto')])
  expect(hash).toEqual([])
})

test('the names of node:net that only compute are free', () => {
  expect(above(`import { BlockList, isIP } from 'node:net'\n`)).toEqual([])
  expect(above(`import { BlockList, connect } from 'node:net'\n`)).toHaveLength(1)
})

test.each(['journal', 'engine', 'exchange'])('%s may not use inexact functions', (folder) => {
  for (const name of ['sin', 'cos', 'exp', 'log', 'pow', 'tanh', 'cbrt', 'hypot']) {
    expect(plantAt(`src/${folder}/a.ts`, `Math.${name}(2)\n`)).toEqual([
      expect.stringContaining(`Math.${name} is banned above floor 0; use + - * / and Math.sqrt`),
    ])
  }
  expect(plantAt(`src/${folder}/a.ts`, 'Math.sqrt(2) + Math.floor(2) + Math.max(1, 2)\n')).toEqual(
    [],
  )
})

test('statistics for people may use inexact functions', () => {
  expect(plantAt('src/trading/a.ts', 'Math.log(2)\n')).toEqual([])
})

test('floor 0 is where the outside is touched', () => {
  const code = `import fs from 'node:fs'\nsetTimeout(() => fs, Date.now() + Math.random())\n`

  expect(plantAt('src/runtime/a.ts', code)).toEqual([])
})

test('tests own disks and processes, but no clock and no chance', () => {
  const code = (line: string) => `import { expect } from 'vitest'\n${line}\nexpect(1)\n`

  expect(plantAt('src/engine/a.test.ts', code(`import 'node:fs'\nprocess.cwd()`))).toEqual([])
  expect(plantAt('src/engine/a.test.ts', code('setTimeout(f, 9)'))).toHaveLength(1)
  expect(plantAt('src/engine/a.test.ts', code('Math.random()'))).toHaveLength(1)
})

test.each([
  ['a string', `export const a = 'Date.now() process.env console.log'`],
  ['a template', 'export const a = `setTimeout(f) ${1}`'],
  ['a comment', '// Math.random() of process.env'],
  ['a doc comment', '/** new Date() */'],
  ['a regular expression', 'export const a = /console.log/'],
  ['a key', 'export const a = { process: 1, console: 2, fetch() {} }'],
  ['a member', 'a.process.console.fetch.performance()'],
  ['a type', 'export type A = { at: Date; with: typeof fetch }'],
  ['a parameter', 'export const a = (process: number) => process + 1'],
  ['a destructured parameter', 'export const a = ({ fetch }: B) => fetch()'],
  ['a local', 'export function a() { const performance = 1; return performance }'],
  ['a method', 'export class A { fetch() { return this.fetch() } }'],
  ['an import', `import { process } from './b.ts'\nprocess.run()`],
  ['a date from a number', 'export const a = new Date(5).toISOString() + Date.UTC(2024, 1)'],
  ['a type import', `import type { Server } from 'node:http'`],
  ['a test of class', 'export const a = b instanceof Date'],
])('%s is not mistaken for a global', (_form, code) => {
  expect(above(`${code}\n`)).toEqual([])
})

test('a parameter shadows a global only where it reaches', () => {
  const code = 'export const a = (process: number) => process\nprocess.exit()\n'

  expect(above(code)).toEqual([expect.stringContaining('src/engine/a.ts:2: process is banned')])
})
