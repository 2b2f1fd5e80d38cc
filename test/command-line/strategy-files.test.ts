import { expect, test } from 'vitest'
import { bars } from './bars.ts'
import { expectRefusal, type Files, genesis, inFolder } from './command.ts'

const data = { 'b.csv': bars(30) }
const withCode = (code: string): Files => ({ ...data, 's.ts': code })
const definition = (fields: string) =>
  `import { strategy } from 'genesis/trading'\nexport default strategy({ name: 'own', ${fields} })\n`

test.concurrent.each([
  [
    'has no default export',
    'export const a = 1\n',
    's.ts has no strategy as its default export: export default strategy({ ... })',
  ],
  [
    'exports something else',
    'export default { name: "x" }\n',
    's.ts has no strategy as its default export: export default strategy({ ... })',
  ],
  [
    'has a syntax error',
    'const a: number = 1\nconst b = = 2\n',
    's.ts could not be loaded: s.ts:2:11: Unexpected "="',
  ],
  [
    'imports a file that is not there',
    "import x from './no.ts'\nexport default x\n",
    's.ts could not be loaded: s.ts:1:15: Could not resolve "./no.ts"',
  ],
  [
    'imports a package that is not there',
    "import x from 'nothing-of-the-kind'\nexport default x\n",
    "s.ts could not be loaded: s.ts:1:15: Cannot find module 'nothing-of-the-kind'",
  ],
  ['throws when it is loaded', "throw new Error('boom')\n", 's.ts could not be loaded: boom'],
  [
    'has a bad name',
    definition('setup: () => ({}), onBar() {}').replace("'own'", "'a b'"),
    's.ts could not be loaded: a strategy\'s name is "a b"; allowed: up to 40 letters, digits and dashes',
  ],
  [
    'throws in setup',
    definition("setup() { throw new Error('boom') }, onBar() {}"),
    'the setup of the strategy own threw: boom',
  ],
  [
    'returns no state',
    definition('setup: () => 5, onBar() {}'),
    "a strategy's setup returned no object; it must return its state, if only {}",
  ],
  [
    'throws on a bar',
    definition("setup: () => ({}), onBar() { throw new Error('boom') }"),
    'the strategy own threw: boom (s.ts:2), on the bar of 2024-01-01T00:01:00.000Z',
  ],
  [
    'is asynchronous',
    definition('setup: () => ({}), async onBar() {}'),
    'the strategy own threw: a strategy returned a promise; it decides within its turn and cannot wait, on the bar of 2024-01-01T00:01:00.000Z',
  ],
  [
    'orders nonsense',
    definition('setup: () => ({}), onBar: ({ order }) => order.buy({ fraction: 2 })'),
    'the strategy own threw: fraction is 2; it must be above 0 and at most 1 (s.ts:2), on the bar of 2024-01-01T00:01:00.000Z',
  ],
])('a strategy that %s is refused', async (_what, code, sentence) => {
  await expectRefusal(['backtest', 's.ts', '--data', 'b.csv'], { files: withCode(code), sentence })
})

test.concurrent('a strategy that is refused starts nothing and leaves nothing', async () => {
  const files = withCode(definition("setup() { throw new Error('boom') }, onBar() {}"))

  await expectRefusal(['run', 's.ts', '--port', '0'], {
    files,
    sentence: 'the setup of the strategy own threw: boom',
  })
})

const typed = `
import { sizeOf } from './sizes.ts'
import { strategy } from 'genesis/trading'

enum Turn { In = 1 }
export default strategy({
  name: 'typed',
  setup: (): { seen: { bars: number } } => ({ seen: { bars: 0 } }),
  onBar: ({ seen, order, position }) => {
    seen.bars += Turn.In
    if (position.side === 'long') order.close()
    else order.buy({ fraction: sizeOf(seen.bars) })
  },
})
`

test.concurrent.each<[string, Files]>([
  ['no package.json', {}],
  ['a package.json of CommonJS', { 'package.json': '{ "type": "commonjs" }' }],
  ['a package.json of modules', { 'package.json': '{ "type": "module" }' }],
])('TypeScript with an import of its own runs beside %s', async (_where, beside) => {
  const sizes = 'export const sizeOf = (bar: number): number => (bar > 0 ? 0.5 : 1)\n'
  const files = { ...data, ...beside, 'mine/s.ts': typed, 'mine/sizes.ts': sizes }
  await inFolder(files, async (folder) => {
    const words = ['backtest', 'mine/s.ts', '--data', 'b.csv', '--json']
    const { code, stdout, stderr } = await genesis(folder, words)

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ strategy: 'typed', bars: 30 })
  })
})
