import { assert, GenesisError } from '../runtime/index.ts'
import { type CircuitSnapshot, checkSnapshot } from './breaker/circuit-snapshot.ts'
import { CallCounters } from './call-counters.ts'
import type { CallContext, Task } from './call-context.ts'
import type { Effect } from './effect.ts'
import { Events } from './events.ts'
import { Keyed } from './keyed.ts'
import type { Metric } from './metric.ts'
import { checkWrapped } from './option-checks.ts'
import { checkNames } from './option-names.ts'
import { isObject } from './option-rules.ts'
import { unwrap } from './outcome.ts'
import { type OutcomeOf, Policy } from './policy.ts'
import type { CallOptions } from './call-options.ts'
import type { PolicyOptions } from './policy-options.ts'
import { shown } from './shown.ts'
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
  /** Of all keys; the policy that an event names says of which. */
  readonly events: Events
  readonly #policies: Keyed<Policy<E, T>>
  /** Of keys that were forgotten, and of calls that named none. */
  readonly #others = new CallCounters()

  constructor(
    name: string,
    options: PolicyOptions<E, T> | ((key: string) => PolicyOptions<E, T>),
    bounds: KeyedPolicyBounds = {},
  ) {
    // Whatever is wrong with what all keys share is said now, and not by every call.
    if (typeof options !== 'function') tryOut(name, options)
    else assert(typeof name === 'string', `a policy's name is a text, not ${shown(name)}`)
    checkNames('', bounds, ['keysMax'], 'keyedPolicy')
    this.name = name
    this.events = new Events(name)
    this.#policies = new Keyed({
      keysMax: bounds.keysMax,
      make: (key) => {
        const own = typeof options === 'function' ? options(key) : options
        return new Policy(`${name}[${key}]`, own, this.events)
      },
      isInUse: ({ breaker, counters }) =>
        counters.out > 0 || (breaker !== undefined && breaker.state !== 'CLOSED'),
      onEvicted: (policy) => {
        this.#keep(policy.counters)
        policy.release()
      },
    })
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#policies.size
  }

  get evicted(): number {
    return this.#policies.evicted
  }

  /** All keys together, as they are now; also those forgotten, but for calls then still out. */
  get counters(): CallCounters {
    const sum = new CallCounters()
    sum.add(this.#others)
    for (const [, { counters }] of this.#policies.entries()) sum.add(counters)
    return sum
  }

  /** The policy of this key, made if need be. */
  of(key: string): Policy<E, T> {
    assert(typeof key === 'string', `${this.name}: key is a text, not ${shown(key)}`)
    return this.#policies.get(key)
  }

  run<V>(task: Task<V>, options: KeyedCallOptions): Promise<OutcomeOf<E, V | T>> {
    let policy: Policy<E, T>
    try {
      policy = this.#of(options)
    } catch (error) {
      return Promise.resolve(this.#notMade(error))
    }
    return policy.run(task, options)
  }

  async value<V>(task: Task<V>, options: KeyedCallOptions): Promise<V | T> {
    return unwrap<V | T>(await this.run(task, options))
  }

  /** The same function, under the policy of the key that `keyOf` reads from its arguments. */
  wrap<A extends unknown[], V>(
    keyOf: (...given: A) => string,
    task: (context: CallContext, ...given: A) => V | PromiseLike<V>,
  ): (...given: A) => Promise<OutcomeOf<E, V | T>> {
    checkWrapped(this.name, keyOf)
    checkWrapped(this.name, task)
    return (...given) => {
      let key: string
      try {
        key = keyOf(...given)
      } catch (error) {
        return Promise.resolve(this.#notMade(error))
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

  /** As `Policy.import`, for each key: all of them, or, when one is damaged, none. */
  import(snapshots: Readonly<Record<string, CircuitSnapshot>>): void {
    if (!isObject(snapshots)) {
      const sentence = `${this.name} imports an object of circuits by key, not ${shown(snapshots)}.`
      throw new GenesisError('bad-input', sentence)
    }
    const all = Object.entries(snapshots)
    for (const [, snapshot] of all) checkSnapshot(snapshot)
    // A function of the key may refuse one: before anything is changed.
    for (const [key] of all) this.of(key)
    for (const [key, snapshot] of all) this.of(key).import(snapshot)
  }

  metrics(): Metric[] {
    return [...this.#policies.entries()].flatMap(([, policy]) => policy.metrics())
  }

  #of(options: KeyedCallOptions | undefined): Policy<E, T> {
    const key: unknown = options?.key
    if (typeof key !== 'string') {
      throw new TypeError(`${this.name}: key is a text, not ${shown(key)}`)
    }
    return this.of(key)
  }

  #notMade(error: unknown): OutcomeOf<E, never> {
    this.#others.calls++
    this.#others.failed++
    return unsentFailure(error)
  }

  #keep(counters: CallCounters): void {
    this.#others.add(counters)
    this.#others.calls -= counters.out
  }
}

/** Throws when no policy can be made of them. */
function tryOut<E extends Effect, T>(name: string, options: PolicyOptions<E, T>): void {
  const tried = new Policy(name, options)
  void tried.counters
  tried.release()
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
