/**
 * What a failure means for what we do next.
 *
 * - `transient`: trying again may help; counts against the circuit.
 * - `overload`: the other side is busy or limits us (429, 418, 503 with Retry-After). Gates the
 *   *key* until `retryAfterMs` and never opens the circuit.
 * - `fatal`: our own fault (400, 401, a TypeError). Never retried, and no sign of a sick other
 *   side: the circuit does not count it.
 * - `ambiguous`: it may have taken effect (timeout, reset connection). Retried only when repeating
 *   is harmless; counts against the circuit; for `once` it makes the outcome `unknown`.
 */
export type ErrorClass = (typeof errorClasses)[number]

const errorClasses = ['transient', 'overload', 'fatal', 'ambiguous'] as const

export function isErrorClass(value: unknown): value is ErrorClass {
  return errorClasses.includes(value as ErrorClass)
}

export interface Classified {
  readonly errorClass: ErrorClass
  readonly retryAfterMs?: number
}

/** Must be pure. One that throws, or answers with no class, counts as not there. */
export type Classify = (error: unknown) => ErrorClass | Classified | undefined
