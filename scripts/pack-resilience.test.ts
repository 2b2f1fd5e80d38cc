import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packedSources } from './resilience-package.ts'

const folder = mkdtempSync(join(tmpdir(), 'genesis-pack-'))
const installed = join(folder, 'app', 'node_modules', 'genesis-resilience')

beforeAll(() => {
  const tarball = run('node_modules/.bin/tsx', ['scripts/pack-resilience.ts', folder]).trim()
  const app = join(folder, 'app')
  mkdirSync(app)
  writeFileSync(join(app, 'package.json'), '{ "name": "app", "private": true, "type": "module" }')
  run('npm', ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', tarball], app)
}, 120_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('it installs without a network and brings nothing with it', () => {
  const packages = readdirSync(join(folder, 'app', 'node_modules'))

  const manifest = JSON.parse(text('package.json')) as Record<string, unknown>

  expect(packages.filter((name) => !name.startsWith('.'))).toEqual(['genesis-resilience'])
  expect(Object.keys(manifest).filter((name) => /dependencies|scripts/i.test(name))).toEqual([])
})

test("the README's example runs in an empty project and prints what the README says", () => {
  const readme = text('README.md')
  writeFileSync(join(folder, 'app', 'example.js'), block(readme, 'js'))

  const printed = run(process.execPath, ['example.js'], join(folder, 'app'))

  expect(printed).toBe(block(readme, 'text'))
})

test('its types hold in a strict project that checks libraries too', () => {
  const app = join(folder, 'app')
  writeFileSync(join(app, 'typed.ts'), typedUse)
  const options = { strict: true, module: 'NodeNext', target: 'ES2023', lib: ['ES2023', 'DOM'] }
  const compilerOptions = { ...options, noEmit: true, skipLibCheck: false, types: [] }
  writeFileSync(
    join(app, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['typed.ts'] }),
  )

  const compile = () => run(resolve('node_modules/.bin/tsc'), ['-p', app])

  expect(compile).not.toThrow()
})

test('its pages tell a stranger nothing that holds only in this repository', () => {
  const pages = ['README.md', 'docs/resilience.md'].map(text).join('\n')

  const strange = pages.match(/genesis\/\w+|\bsrc\/|npx \w+|npm run|scripts\/|examples\//g)
  const links = [...text('README.md').matchAll(/\]\((?!https?:)(.*?)\)/g)].map(([, to]) => to!)

  expect(strange).toBeNull()
  expect(links.length).toBeGreaterThan(0)
  for (const link of links) expect(text(link).length).toBeGreaterThan(0)
})

test('every example of its page compiles against the installed package', () => {
  const app = join(folder, 'app')
  const examples = blocks(text('docs/resilience.md'), 'ts')
  const files = examples.map((_, index) => `example-${index}.ts`)
  examples.forEach((code, index) => writeFileSync(join(app, files[index]!), code))
  writeFileSync(join(app, 'theirs.d.ts'), theirs)
  const options = { strict: true, module: 'NodeNext', target: 'ES2023', lib: ['ES2023', 'DOM'] }
  const compilerOptions = { ...options, noEmit: true, types: [], exactOptionalPropertyTypes: true }
  writeFileSync(
    join(app, 'examples.json'),
    JSON.stringify({ compilerOptions, files: [...files, 'theirs.d.ts'] }),
  )

  const compile = () => run(resolve('node_modules/.bin/tsc'), ['-p', 'examples.json'], app)

  expect(files.length).toBeGreaterThan(3)
  expect(compile).not.toThrow()
})

test('no packed file is a test or names the rest of Genesis', () => {
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' })

  const strange = files
    .filter((name) => name.endsWith('.js'))
    .filter((name) => {
      return /from ['"](?!\.\.?\/|node:)/.test(text(name)) || /test|simulated-calls/.test(name)
    })

  expect(files).toContain(join('resilience', 'policy.js'))
  expect(strange).toEqual([])
})

test('a file that would need a package is named, not packed', () => {
  const read = new Map([
    ['src/resilience/index.ts', `import 'pino'\n`],
    ['src/runtime/index.ts', ''],
  ])

  expect(() => packedSources(read)).toThrow('src/resilience/index.ts needs pino')
})

const typedUse = `
import { policy, type Outcome } from 'genesis-resilience'
import { SimulatedClock } from 'genesis-resilience/runtime'

const clock = new SimulatedClock()
const read = policy('read', { effect: 'read', hedge: true, clock })
export const outcome: Outcome<number> = await read.run(async () => 42)
policy('order', { effect: 'once', retry: false })
// @ts-expect-error: what must not happen twice cannot be hedged.
policy('order', { effect: 'once', hedge: true })
// @ts-expect-error: nor retried without a proof that nothing was sent.
policy('order', { effect: 'once', retry: { attempts: 2 } })
`

function text(name: string): string {
  return readFileSync(join(installed, name), 'utf8')
}

/** What the examples take for granted. */
const theirs = `
declare function fetchQuote(symbol: string, signal: AbortSignal): Promise<number>
declare function lastPriceOf(key: string | undefined): number
declare const order: { readonly id: string }
declare function sendOrder(sent: typeof order, signal: AbortSignal): Promise<typeof order>
declare function orderById(id: string): Promise<typeof order>
`

function blocks(markdown: string, language: string): string[] {
  const found = markdown.matchAll(new RegExp(`\n\`\`\`${language}\n(.*?)\n\`\`\`\n`, 'gs'))
  return [...found].map(([, code]) => code!)
}

/** The first fenced block of that language. */
function block(markdown: string, language: string): string {
  return new RegExp(`\n\`\`\`${language}\n(.*?)\n\`\`\`\n`, 's').exec(markdown)![1]! + '\n'
}

function run(command: string, given: string[], cwd?: string): string {
  return execFileSync(command, given, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}
