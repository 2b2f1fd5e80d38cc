import { GenesisError } from '../../runtime/index.ts'
import type { CircuitResult } from '../circuit.ts'
import { isProgrammers } from '../known-errors.ts'
import { type OnceOutcome, UnknownOutcomeError } from '../outcome.ts'

/**
 * What an outcome says about the other side. That we were wrong (`fatal`) says that it answers, but
 * not when it was a bug of ours; its request for patience (`overload`) and whatever we never sent
 * say nothing. That a nested `once` lost its reply says that a reply was lost.
 */
export function circuitResult(outcome: OnceOutcome<unknown>): CircuitResult {
  if (outcome.ok) return 'success'
  if ('refused' in outcome) return 'ignored'
  if ('unknown' in outcome) return holds(isTimeout, outcome.error) ? 'timeout' : 'failure'
  if (outcome.timedOut) return 'timeout'
  const { errorClass } = outcome
  if (holds(isUnknown, outcome.error)) return 'failure'
  if (errorClass === 'fatal') return holds(isProgrammers, outcome.error) ? 'ignored' : 'answered'
  return errorClass === 'overload' ? 'ignored' : 'failure'
}

/** A proxy throws when it is looked at; the classifier looked before, and has reported it. */
function holds(is: (error: unknown) => boolean, error: unknown): boolean {
  try {
    return is(error)
  } catch {
    return false
  }
}

function isUnknown(error: unknown): boolean {
  return error instanceof UnknownOutcomeError
}

function isTimeout(error: unknown): boolean {
  return error instanceof GenesisError && error.code === 'timeout'
}
