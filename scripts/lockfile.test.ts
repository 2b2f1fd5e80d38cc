import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { lockfileFaults } from './lockfile.ts'
import type { Manifest } from './lockfile.ts'

const root = { dependencies: { tool: '1.0.0' } }
const tool = { version: '1.0.0', optionalDependencies: { 'tool-mac': '1.0.0' } }
const whole = {
  '': root,
  'node_modules/tool': tool,
  'node_modules/tool-mac': { version: '1.0.0' },
}

test('a whole lock has no fault', () => {
  expect(lockfileFaults({ '': root }, { packages: whole })).toEqual([])
})

test('the lock of this project has none', () => {
  const run = () => execFileSync('node_modules/.bin/tsx', ['scripts/check-lockfile.ts'])

  expect(run).not.toThrow()
})

test('a missing optional platform package is named, with who asks for it', () => {
  const { 'node_modules/tool-mac': _gone, ...packages } = whole

  expect(lockfileFaults({ '': root }, { packages })).toEqual([
    'tool-mac@1.0.0, optional to tool, is missing from package-lock.json: `npm ci` fails where ' +
      'it is needed; take a version of tool whose parts all exist',
  ])
})

test('an optional package may be nested below who asks for it, but not below another', () => {
  const { 'node_modules/tool-mac': part, ...without } = whole
  const nested = { ...without, 'node_modules/tool/node_modules/tool-mac': part }
  const elsewhere = { ...without, 'node_modules/other/node_modules/tool-mac': part }

  expect(lockfileFaults({ '': root }, { packages: nested })).toEqual([])
  expect(lockfileFaults({ '': root }, { packages: elsewhere })).toHaveLength(1)
})

test('a missing ordinary dependency is named', () => {
  const packages = { ...whole, 'node_modules/tool': { dependencies: { part: '2.0.0' } } }

  expect(lockfileFaults({ '': root }, { packages })).toEqual([
    'part@2.0.0, which tool needs, is missing from package-lock.json',
  ])
})

test.each(['^1.0.0', '~1.0.0', '1.x', '*', 'latest', '>=1', 'git+https://host/tool'])(
  'the version %s is no exact pin',
  (version) => {
    const manifest: Manifest = { devDependencies: { tool: version } }
    const packages = { ...whole, '': manifest as object }

    expect(lockfileFaults({ '': manifest }, { packages })).toEqual([
      `package.json asks for tool@${version}; pin one exact version`,
    ])
  },
)

test('a pin of a pre-release is exact, a loose override is not', () => {
  const manifest = { ...root, overrides: { a: '18.4.0-beta.17', b: '^2.0.0', c: { d: '1.0.0' } } }

  expect(lockfileFaults({ '': manifest }, { packages: whole })).toEqual([
    'package.json asks for b@^2.0.0; pin one exact version',
  ])
})

test('a package.json that moved on without its lock is a fault, in a workspace too', () => {
  const web = { dependencies: { tool: '1.0.1' } }
  const packages = { ...whole, web: root }

  expect(lockfileFaults({ '': root, web }, { packages })).toEqual([
    'web/package.json asks for tool 1.0.1, package-lock.json for 1.0.0',
  ])
  expect(lockfileFaults({ '': root, web }, { packages: whole })).toEqual([
    'package-lock.json does not know web/package.json; run npm install',
  ])
})

test('a lock made with a private mirror is a fault', () => {
  const resolved = 'https://mirror.example/tool-1.0.0.tgz'
  const packages = { ...whole, 'node_modules/tool': { ...tool, resolved } }

  expect(lockfileFaults({ '': root }, { packages })).toEqual([
    `node_modules/tool in package-lock.json comes from ${resolved}, ` +
      'not from https://registry.npmjs.org/',
  ])
})
