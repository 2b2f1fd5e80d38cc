import type { Call } from './attempt.ts'
import type { Failure } from './outcome.ts'

/** An earlier attempt's failure as the answer of the whole call: what happened since counts. */
export function agedFailure(call: Call, failure: Failure): Failure {
  return { ...failure, attempts: call.sent, elapsedMs: call.elapsedMs }
}
