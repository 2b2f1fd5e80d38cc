import { expect, test } from 'vitest'
import { parseSource } from './source.ts'
import { plantAt } from './planted.ts'
import { COLUMNS_MAX, LINES_MAX } from './shape.ts'
import { inspect } from './tidy.ts'

const code = 'export const a = 1\n'

test.each([
  ['src/engine/OrderBook.ts', 'OrderBook.ts is not kebab-case'],
  ['src/engine/order_book.ts', 'order_book.ts is not kebab-case'],
  ['src/engine/orderBook.test.ts', 'orderBook.test.ts is not kebab-case'],
  ['src/engine/Books/book.ts', 'folder Books is not kebab-case'],
  ['src/engine/utils.ts', '"utils" names a drawer'],
  ['src/engine/common/book.ts', '"common" names a drawer'],
  ['src/engine/book-helpers.ts', '"book-helpers" names a drawer'],
  ['src/engine/manager.ts', '"manager" names a drawer'],
  ['src/engine/misc.ts', '"misc" names a drawer'],
])('%s is badly named', (path, expected) => {
  const findings = plantAt(path, `${code}expect(1)\n`)

  expect(findings).toEqual([expect.stringContaining(`${path}:1: ${expected}`)])
})

test('a noun made of words may contain a banned one', () => {
  expect(plantAt('src/engine/checkpoint-manager.ts', code)).toEqual([])
  expect(plantAt('src/engine/commonwealth.ts', code)).toEqual([])
})

test('a file keeps to the limit of lines', () => {
  expect(plantAt('src/engine/a.ts', code.repeat(1) + '\n'.repeat(LINES_MAX - 1))).toEqual([])
  expect(plantAt('src/engine/a.ts', code + '\n'.repeat(LINES_MAX))).toEqual([
    `src/engine/a.ts:${LINES_MAX + 1}: ${LINES_MAX + 1} lines; split it, ${LINES_MAX} is the limit`,
  ])
})

test('a line keeps to the limit of columns', () => {
  const line = (columns: number) => `\nexport const a = ${'1'.repeat(columns - 17)}\n`

  expect(plantAt('src/engine/a.ts', line(COLUMNS_MAX))).toEqual([])
  expect(plantAt('src/engine/a.ts', line(COLUMNS_MAX + 1))).toEqual([
    `src/engine/a.ts:2: ${COLUMNS_MAX + 1} columns; ${COLUMNS_MAX} is the limit`,
  ])
})

test('data in a test may be as long as it is', () => {
  const long = `\nexpect('${'x'.repeat(200)}')\n`

  expect(plantAt('src/engine/a.test.ts', long)).toEqual([])
  expect(plantAt('src/engine/a.ts', long)).toHaveLength(1)
})

test('a file opens with what holds and why', () => {
  const bare = (text: string) => inspect([parseSource('src/engine/a.ts', text)])

  expect(bare(code)).toHaveLength(1)
  expect(bare(`// short\n${code}`)).toHaveLength(1)
  expect(bare(`${code}/** A comment that comes long after the code began. */\n`)).toHaveLength(1)
  expect(bare(`import './b.ts'\n\n/** Below the imports is the head too. */\n${code}`)).toEqual([])
  expect(bare(`export * from './b.ts'\n`)).toEqual([])
})
