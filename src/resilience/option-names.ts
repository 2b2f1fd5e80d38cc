import { assert, nearestName } from '../runtime/index.ts'

/** A misspelt option would be as if it were not there: it is said, with the one that was meant. */
export function checkNames(prefix: string, given: object, known: readonly string[]): void {
  for (const option of Object.keys(given)) {
    if (known.includes(option)) continue
    const nearest = nearestName(option, known)
    const hint = nearest === null ? `there are ${known.join(', ')}` : `did you mean ${nearest}?`
    assert(false, `${prefix}${option} is no option; ${hint}`)
  }
}
