import { expect, test } from 'vitest'
import { GenesisError } from './errors.ts'
import { safeFields } from './log-fields.ts'

test('fields without secrets come back as they are', () => {
  const fields = { symbol: 'BTCUSDT', nested: { price: 1.5, list: [1, { a: null }] }, keys: 3 }

  expect(safeFields(fields)).toBe(fields)
})

test('secrets are covered by name, at any depth and in any case', () => {
  const fields = {
    apiKey: 'a',
    API_KEY: 'b',
    exchange: { secret: 'c', apiSecret: 'd', headers: [{ Authorization: 'e' }] },
    password: 'f',
    access_token: 'g',
    token: undefined,
  }

  expect(safeFields(fields)).toEqual({
    apiKey: '[secret]',
    API_KEY: '[secret]',
    exchange: {
      secret: '[secret]',
      apiSecret: '[secret]',
      headers: [{ Authorization: '[secret]' }],
    },
    password: '[secret]',
    access_token: '[secret]',
    token: undefined,
  })
})

test('a password inside a URL is covered, the rest of the URL stays', () => {
  expect(safeFields({ url: 'postgres://app:hunter2@db:5432/genesis' })).toEqual({
    url: 'postgres://app:[secret]@db:5432/genesis',
  })
})

test('an error keeps its name, message, code, details, cause and stack', () => {
  const cause = new Error('EIO')
  const error = new GenesisError('disk-failed', 'cannot flush', { cause, details: { path: 'x' } })

  const { error: logged } = safeFields({ error }) as { error: Record<string, unknown> }

  expect(logged).toMatchObject({
    name: 'GenesisError',
    message: 'cannot flush',
    code: 'disk-failed',
    details: { path: 'x' },
    cause: { name: 'Error', message: 'EIO' },
    stack: expect.stringContaining('log-fields.test'),
  })
})

test('a circle ends', () => {
  const circle: Record<string, unknown> = { password: 'x' }
  circle['self'] = circle

  expect(JSON.stringify(safeFields(circle))).toContain('[too deep]')
})

test('a bigint is written in full', () => {
  expect(safeFields({ amount: 2n ** 70n })).toEqual({ amount: '1180591620717411303424' })
})
