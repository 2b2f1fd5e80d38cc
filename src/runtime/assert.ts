/**
 * A programmer's error: stop, restart from the journal. Assertions stay on in production.
 *
 * The message is a sentence that says what was to hold.
 */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionFailure(message)
}

/** For the default branch of a switch over a union: does not compile while a case is missing. */
export function unreachable(value: never): never {
  throw new AssertionFailure(`a value outside its type: ${JSON.stringify(value)}`)
}

export class AssertionFailure extends Error {
  override readonly name = 'AssertionFailure'
}
