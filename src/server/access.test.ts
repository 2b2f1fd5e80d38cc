import { expect, test } from 'vitest'
import { isHostAllowed, isOriginAllowed } from './access.ts'

test.each([
  'localhost',
  'LocalHost:5000',
  '127.0.0.1:5000',
  '192.168.1.20',
  '[::1]:5000',
  'trader.lan:5000',
])('%s is a host we answer to', (host) => {
  expect(isHostAllowed(host, ['trader.lan'])).toBe(true)
})

test.each([
  undefined,
  '',
  'evil.example',
  'evil.example:5000',
  'localhost.evil.example',
  '127.0.0.1.evil.example',
  'localhost:5000@evil.example',
  'local host',
  '[::1',
])('%s is not: a page may have rebound its name to us', (host) => {
  expect(isHostAllowed(host, ['trader.lan'])).toBe(false)
})

test('an origin is allowed when it is the host itself, when it is named, or when there is none', () => {
  expect(isOriginAllowed('http://localhost:5000', 'LOCALHOST:5000', [])).toBe(true)
  expect(isOriginAllowed('https://desk.example', 'localhost', ['https://desk.example'])).toBe(true)
  expect(isOriginAllowed(undefined, 'localhost:5000', [])).toBe(true)
})

test.each(['http://evil.example', 'http://localhost:5001', 'null', 'nonsense'])(
  'the origin %s is another site',
  (origin) => {
    expect(isOriginAllowed(origin, 'localhost:5000', [])).toBe(false)
  },
)
