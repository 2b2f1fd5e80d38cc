import { expect, test } from 'vitest'
import { GenesisError } from '../runtime/index.ts'
import { type ConfigSources, resolveConfig } from './config.ts'
import { settings } from './settings.ts'

const nothing: ConfigSources = { flags: {}, environment: {}, file: null }
const withFile = (settingsInFile: unknown): ConfigSources => ({
  ...nothing,
  file: { path: 'genesis_config.json', text: JSON.stringify(settingsInFile) },
})

function refusalOf(sources: ConfigSources): string {
  try {
    resolveConfig(sources)
  } catch (error) {
    if (error instanceof GenesisError && error.code === 'bad-config') return error.message
    throw error
  }
  throw new Error('it was accepted')
}

test('with nothing given every setting has its default and says so', () => {
  const config = resolveConfig(nothing)

  expect(config.values.apiPort).toBe(5000)
  expect(new Set(Object.values(config.origins))).toEqual(new Set(['default']))
})

test('a flag beats the environment, which beats the file, which beats the default', () => {
  const file = {
    path: 'c.json',
    text: '{"apiPort": 1001, "seed": "from-file", "logLevel": "warn"}',
  }
  const environment = { API_PORT: '1002', GENESIS_SEED: 'from-environment' }

  const config = resolveConfig({ flags: { apiPort: '1003' }, environment, file })

  expect(config.values).toMatchObject({ apiPort: 1003, seed: 'from-environment', logLevel: 'warn' })
  expect(config.origins).toMatchObject({
    apiPort: 'flag',
    seed: 'environment',
    logLevel: 'file',
    cash: 'default',
  })
})

test('an unknown setting is refused and the nearest known one is named', () => {
  expect(refusalOf(withFile({ apiprot: 1 }))).toBe(
    'genesis_config.json has an unknown setting "apiprot"; did you mean "apiPort"?',
  )
})

test('an unknown setting that resembles nothing points to the list', () => {
  expect(refusalOf(withFile({ zzzzzzzzzzzz: 1 }))).toContain('`genesis doctor` lists all settings')
})

test.each([
  [withFile({ apiPort: 70_000 }), 'apiPort in genesis_config.json is 70000; it must be'],
  [withFile({ apiPort: '80' }), 'apiPort in genesis_config.json is "80"; it must be'],
  [{ ...nothing, environment: { API_PORT: 'many' } }, 'API_PORT is "many"; it must be'],
  [{ ...nothing, flags: { cash: '-5' } }, '--cash is "-5"; it must be'],
  [{ ...nothing, flags: { cash: '1e5' } }, '--cash is "1e5"; it must be'],
  [{ ...nothing, flags: { interval: 'fast' } }, '--interval is "fast"; it must be'],
])('a value outside its range is refused with field, value and what is allowed', (given, start) => {
  expect(refusalOf(given)).toContain(start)
})

test('a file that is not JSON is refused with its name', () => {
  const file = { path: 'genesis_config.json', text: '{ "apiPort": 50' }

  expect(refusalOf({ ...nothing, file })).toContain('genesis_config.json is not JSON')
})

test('there are at most 40 settings', () => {
  expect(Object.keys(settings).length).toBeLessThanOrEqual(40)
})
