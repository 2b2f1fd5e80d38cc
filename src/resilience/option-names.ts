import { assert, nearestName } from '../runtime/index.ts'
import { shown } from './shown.ts'

/**
 * A misspelt option would be as if it were not there: it is said, with the one that was meant.
 * `taker` is who takes the options, where no prefix says it.
 */
export function checkNames(
  prefix: string,
  given: unknown,
  known: readonly string[],
  taker = prefix === '' ? 'this' : prefix.slice(0, -1),
): void {
  const isObject = typeof given === 'object' && given !== null && !Array.isArray(given)
  assert(isObject, `${taker} takes an object of options, not ${shown(given)}`)
  for (const option of Object.keys(given)) {
    if (known.includes(option)) continue
    const nearest = nearestName(option, known)
    const hint = nearest === null ? `there are ${known.join(', ')}` : `did you mean ${nearest}?`
    assert(false, `${prefix}${option} is no option; ${hint}`)
  }
}
