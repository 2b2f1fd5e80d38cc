import { expect, test } from 'vitest'
import { type OnceOutcome, RefusedError, UnknownOutcomeError, unwrap } from './outcome.ts'
import { pipeline } from './pipeline.ts'
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
  const thrown = thrownBy(() => unwrap(refusal('gated', 30_000)))

  expect(thrown).toBeInstanceOf(RefusedError)
  expect(thrown).toMatchObject({ refused: 'gated', retryAfterMs: 30_000 })
})

// It threw a retryable timeout: whoever tries again what is retryable placed three orders.
test('unwrap says of an unknown outcome that nobody may try again, and how to find out', async () => {
  const error = new Error('reset')
  const unknown: OnceOutcome<string> = {
    ok: false,
    unknown: true,
    error,
    attempts: 1,
    elapsedMs: 5,
    reconcile: (ask) => pipeline([]).run(ask),
  }

  const thrown = thrownBy(() => unwrap(unknown)) as UnknownOutcomeError
  const found = await thrown.reconcile(() => 'it was placed')

  expect(thrown).toBeInstanceOf(UnknownOutcomeError)
  expect(thrown).toMatchObject({ code: 'outcome-unknown', retryable: false, cause: error })
  expect(found).toMatchObject({ ok: true, value: 'it was placed' })
})

test('the same refusal is the same value: refusing allocates nothing', () => {
  expect(refusal('circuit-open')).toBe(refusal('circuit-open'))
  expect(Object.isFrozen(refusal('circuit-open'))).toBe(true)
})

function thrownBy(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}
