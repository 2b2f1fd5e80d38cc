import { expect, test } from 'vitest'
import { plantAt } from './planted.ts'

test.each([
  ['try { a() } catch {}', 'an empty catch swallows the error'],
  ['try { a() } catch (error) { /* fine */ }', 'an empty catch swallows the error'],
  ['a().catch(() => {})', 'an empty catch swallows the error'],
  ['a().catch(function () {})', 'an empty catch swallows the error'],
  ['export const a = b as any', '`any` switches the types off'],
  ['export const a: any = 1', '`any` switches the types off'],
  ['export function a(b: Array<any>) {}', '`any` switches the types off'],
  ['// TODO: later', 'TODO: do it now, or open an issue'],
  ['/* FIXME */', 'FIXME: do it now, or open an issue'],
])('%s is a bad habit', (code, expected) => {
  expect(plantAt('src/engine/a.ts', `\n${code}\n`)).toEqual([
    expect.stringContaining(`src/engine/a.ts:2: ${expected}`),
  ])
})

test.each([
  'try { a() } catch { b() }',
  'a().catch(() => b())',
  'a().catch(b)',
  'export const any = 1',
  `export const a = 'TODO as any catch {}'`,
  'expect(x).toEqual(expect.any(Number))',
])('%s is none', (code) => {
  expect(plantAt('src/engine/a.ts', `${code}\n`)).toEqual([])
})

test.each([
  [`test.only('a', () => { expect(1) })`, '`.only` silences every other test'],
  [`describe.only('a', () => { expect(1) })`, '`.only` silences every other test'],
  [`test.concurrent.only('a', () => { expect(1) })`, '`.only` silences every other test'],
  [`test.only.each([1])('a', () => { expect(1) })`, '`.only` silences every other test'],
  [`test.skip('a', () => { expect(1) })`, '`.skip` hides a test'],
  [`test.todo('a'); expect(1)`, '`.todo` is a promise'],
])('%s is a bad habit of a test', (code, expected) => {
  const findings = plantAt('test/a.test.ts', `\n${code}\n`)

  expect(findings.length).toBeGreaterThan(0)
  expect(findings[0]).toContain(`test/a.test.ts:2: ${expected}`)
})

test('a test file must assert something', () => {
  expect(plantAt('test/a.test.ts', `test('a', () => { run() })\n`)).toEqual([
    expect.stringContaining('test/a.test.ts:1: this test file asserts nothing'),
  ])
  expect(plantAt('test/a.test.ts', `test('a', () => { fc.assert(p) })\n`)).toEqual([])
  expect(plantAt('test/a.test.ts', `diskConformance('memory', make)\n`)).toEqual([])
  expect(plantAt('test/a.test.ts', `test.skipIf(gone)('a', () => { expect(1) })\n`)).toEqual([])
})
