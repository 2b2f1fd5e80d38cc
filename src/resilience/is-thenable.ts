/** May throw: `then` may be a getter of the user's. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  const mayHaveThen = typeof value === 'object' || typeof value === 'function'
  return mayHaveThen && value !== null && 'then' in value && typeof value.then === 'function'
}
