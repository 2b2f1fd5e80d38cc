import { expect, test } from 'vitest'
import { GenesisError } from '../runtime/index.ts'
import { type OnceOutcome, RefusedError, unwrap } from './outcome.ts'
import { refusal } from './refusal.ts'

test('unwrap gives the value', () => {
  expect(unwrap({ ok: true, value: 7, source: 'cache', attempts: 0, elapsedMs: 1, ageMs: 3 })).toBe(
    7,
  )
})

test('unwrap throws the very error of a failure', () => {
  const error = new Error('theirs')
  const failure = { ok: false, error, errorClass: 'transient', timedOut: false } as const

  expect(() => unwrap({ ...failure, attempts: 1, elapsedMs: 1 })).toThrow(error)
})

test('unwrap makes an error of a refusal only when asked', () => {
  let thrown: unknown
  try {
    unwrap(refusal('gated', 30_000))
  } catch (error) {
    thrown = error
  }

  expect(thrown).toBeInstanceOf(RefusedError)
  expect(thrown).toMatchObject({ refused: 'gated', retryAfterMs: 30_000 })
})

test('unwrap says of an unknown outcome that it must be reconciled', () => {
  const unknown: OnceOutcome<string> = {
    ok: false,
    unknown: true,
    error: new Error('reset'),
    attempts: 1,
    elapsedMs: 5,
    reconcile: () => Promise.reject(new Error('not asked')),
  }

  expect(() => unwrap(unknown)).toThrow(GenesisError)
})

test('the same refusal is the same value: refusing allocates nothing', () => {
  expect(refusal('circuit-open')).toBe(refusal('circuit-open'))
  expect(Object.isFrozen(refusal('circuit-open'))).toBe(true)
})
