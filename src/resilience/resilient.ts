import type { Effect } from './effect.ts'
import type { Policy } from './policy.ts'

/**
 * The decorator form: the method keeps its type and throws what its outcome was refused for.
 *
 *     class Quotes {
 *       @resilient(quotes)
 *       async last(symbol: string): Promise<number> { ... }
 *     }
 *
 * It follows the standard (TC39 stage 3) and works as a plain function too:
 * `const last = resilient(quotes)(fetchLast)`.
 */
export function resilient<E extends Effect>(policy: Policy<E>) {
  return <This, A extends unknown[], V>(
    method: (this: This, ...given: A) => PromiseLike<V>,
    _context?: { readonly kind: string },
  ): ((this: This, ...given: A) => Promise<V>) =>
    function (...given) {
      return policy.value(() => method.apply(this, given))
    }
}
