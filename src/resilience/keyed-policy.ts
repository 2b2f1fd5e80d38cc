import type { CircuitSnapshot } from './breaker/circuit-snapshot.ts'
import type { CallContext, Task } from './call-context.ts'
import type { Effect } from './effect.ts'
import { Keyed, keysMaxDefault } from './keyed.ts'
import type { Metric } from './metric.ts'
import { type OutcomeOf, Policy } from './policy.ts'
import type { CallOptions } from './call-options.ts'
import type { PolicyOptions } from './policy-options.ts'
import { unsentFailure } from './unsent-failure.ts'

/**
 * A policy of its own for every key, so that one endpoint, account or symbol that fails does not
 * shut out the others; at most `keysMax` of them.
 *
 * Parts passed in as they are (a budget, a limiter) are shared by all keys; to have one for each,
 * give a function of the key. A policy with calls under way, or whose circuit is not CLOSED, is
 * the last to be forgotten.
 */
export class KeyedPolicy<E extends Effect, T = never> {
  readonly name: string
  readonly #policies: Keyed<Policy<E, T>>

  constructor(
    name: string,
    options: PolicyOptions<E, T> | ((key: string) => PolicyOptions<E, T>),
    { keysMax = keysMaxDefault }: KeyedPolicyBounds = {},
  ) {
    this.name = name
    this.#policies = new Keyed({
      keysMax,
      make: (key) =>
        new Policy(`${name}[${key}]`, typeof options === 'function' ? options(key) : options),
      isInUse: ({ breaker, counters }) =>
        counters.out > 0 || (breaker !== undefined && breaker.state !== 'CLOSED'),
    })
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#policies.size
  }

  get evicted(): number {
    return this.#policies.evicted
  }

  /** The policy of this key, made if need be. */
  of(key: string): Policy<E, T> {
    return this.#policies.get(key)
  }

  run<V>(task: Task<V>, options: KeyedCallOptions): Promise<OutcomeOf<E, V | T>> {
    let policy: Policy<E, T>
    try {
      policy = this.of(options.key)
    } catch (error) {
      return Promise.resolve(unsentFailure(error) as OutcomeOf<E, V | T>)
    }
    return policy.run(task, options)
  }

  value<V>(task: Task<V>, options: KeyedCallOptions): Promise<V | T> {
    return this.of(options.key).value(task, options)
  }

  /** The same function, under the policy of the key that `keyOf` reads from its arguments. */
  wrap<A extends unknown[], V>(
    keyOf: (...given: A) => string,
    task: (context: CallContext, ...given: A) => V | PromiseLike<V>,
  ): (...given: A) => Promise<OutcomeOf<E, V | T>> {
    return (...given) => {
      let key: string
      try {
        key = keyOf(...given)
      } catch (error) {
        return Promise.resolve(unsentFailure(error) as OutcomeOf<E, V | T>)
      }
      return this.run((context) => task(context, ...given), { key })
    }
  }

  /** The circuits as JSON, by key; those that never tripped have nothing to tell. */
  export(): Record<string, CircuitSnapshot> {
    const found: Record<string, CircuitSnapshot> = Object.create(null)
    for (const [key, policy] of this.#policies.entries()) {
      const snapshot = policy.export()
      if (snapshot !== undefined && !isFresh(snapshot)) found[key] = snapshot
    }
    return found
  }

  /** As `Policy.import`, for each key. */
  import(snapshots: Readonly<Record<string, CircuitSnapshot>>): void {
    for (const [key, snapshot] of Object.entries(snapshots)) this.of(key).import(snapshot)
  }

  metrics(): Metric[] {
    return [...this.#policies.entries()].flatMap(([, policy]) => policy.metrics())
  }
}

function isFresh({ state, trips }: CircuitSnapshot): boolean {
  return state === 'CLOSED' && trips === 0
}

export function keyedPolicy<E extends Effect, T = never>(
  name: string,
  options: PolicyOptions<E, T> | ((key: string) => PolicyOptions<E, T>),
  bounds?: KeyedPolicyBounds,
): KeyedPolicy<E, T> {
  return new KeyedPolicy(name, options, bounds)
}

export interface KeyedPolicyBounds {
  /** How many keys are remembered. Default 1 000. */
  readonly keysMax?: number | undefined
}

export interface KeyedCallOptions extends CallOptions {
  readonly key: string
}
