import type { Effect } from './effect.ts'
import type { CallOptions } from './call-options.ts'
import { checkWrapped } from './option-checks.ts'
import type { Policy } from './policy.ts'

/**
 * The decorator form: the method keeps its type and throws what its outcome was refused for.
 *
 *     class Quotes {
 *       @resilient(quotes, (symbol) => ({ key: symbol }))
 *       async last(symbol: string): Promise<number> { ... }
 *     }
 *
 * It follows the standard (TC39 stage 3) and works as a plain function too:
 * `const last = resilient(quotes)(fetchLast)`.
 */
export function resilient<E extends Effect, G extends unknown[] = unknown[]>(
  policy: Policy<E>,
  optionsOf?: (...given: G) => CallOptions,
) {
  return <This, A extends G, V>(
    method: (this: This, ...given: A) => PromiseLike<V>,
    _context?: { readonly kind: string },
  ): ((this: This, ...given: A) => Promise<V>) => {
    checkWrapped(policy.name, method)
    return async function (...given) {
      return policy.value(() => method.apply(this, given), optionsOf?.(...given))
    }
  }
}
