import type { Failure } from './outcome.ts'

/** Of a call that could not even be made: its options, or who makes them, are wrong. */
export function unsentFailure(error: unknown): Failure {
  return { ok: false, error, errorClass: 'fatal', timedOut: false, attempts: 0, elapsedMs: 0 }
}
