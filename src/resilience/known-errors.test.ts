import { expect, test } from 'vitest'
import { classifyKnown, isUnsent } from './known-errors.ts'

const system = (code: string, syscall?: string) =>
  Object.assign(new Error(`${syscall} ${code}`), { code, ...(syscall && { syscall }) })

test.each(['EHOSTUNREACH', 'ENETUNREACH', 'ECONNREFUSED', 'ETIMEDOUT'])(
  '%s proves that nothing was sent when it comes from connecting, and from nowhere else',
  (code) => {
    expect(isUnsent(system(code, 'connect'))).toBe(true)
    for (const syscall of ['read', 'write', 'send', 'recv']) {
      expect(isUnsent(system(code, syscall))).toBe(false)
      expect(isUnsent(new TypeError('fetch failed', { cause: system(code, syscall) }))).toBe(false)
    }
  },
)

test('a route that was lost under way leaves it open whether the call took effect', () => {
  expect(classifyKnown(system('EHOSTUNREACH', 'read'))).toEqual({ errorClass: 'ambiguous' })
  expect(classifyKnown(system('EHOSTUNREACH'))).toEqual({ errorClass: 'ambiguous' })
  expect(classifyKnown(system('EHOSTUNREACH', 'connect'))).toEqual({ errorClass: 'transient' })
})

test.each([
  system('ENOTFOUND', 'getaddrinfo'),
  system('EAI_AGAIN', 'getaddrinfo'),
  system('ENOTFOUND', 'queryA'),
  system('ECONNREFUSED'),
  system('UND_ERR_CONNECT_TIMEOUT'),
  new TypeError('fetch failed', { cause: system('ECONNREFUSED', 'connect') }),
  new AggregateError([system('ECONNREFUSED', 'connect'), system('EHOSTUNREACH', 'connect')]),
])('what can only come before sending proves it: %s', (error) => {
  expect(isUnsent(error)).toBe(true)
})

test('of several errors one that came after sending is enough for doubt', () => {
  const both = [system('ECONNREFUSED', 'connect'), system('EHOSTUNREACH', 'read')]

  expect(isUnsent(new AggregateError(both))).toBe(false)
})

test("the task's own time limit says nothing of what took effect", () => {
  const error = new DOMException('The operation timed out', 'TimeoutError')

  expect(classifyKnown(error)).toEqual({ errorClass: 'ambiguous' })
})
