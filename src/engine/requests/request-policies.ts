import {
  type AttemptBudget,
  bulkhead,
  type Effect,
  type ErrorClass,
  KeyedPolicy,
  type Metric,
  type Policy,
  type PolicyOptions,
} from '../../resilience/index.ts'
import type { Clock, Random } from '../../runtime/index.ts'

/**
 * A policy for each target and effect, made when first needed: its own circuit, latency, counters.
 *
 * What holds: what takes effect once is never repeated, hedged or stood in for, whatever a
 * target's policy says; a target's places are shared by all its effects, so that one that hangs
 * holds `running` calls and a line of `waiting`, and no more.
 */
export class RequestPolicies {
  readonly #options: RequestPoliciesOptions
  readonly #places = new Map<string, ReturnType<typeof bulkhead>>()
  readonly #read: KeyedPolicy<'read', unknown>
  readonly #idempotent: KeyedPolicy<'idempotent', unknown>
  readonly #once: KeyedPolicy<'once'>

  constructor(options: RequestPoliciesOptions) {
    this.#options = options
    const bounds = { keysMax: options.targetsMax }
    this.#read = new KeyedPolicy(
      'request.read',
      (target) => {
        const cache = options.isEssential(target) ? {} : false
        const own = { cache, ...options.policyOf(target)?.read } as const
        return { ...own, ...this.#common(target, own), effect: 'read' }
      },
      bounds,
    )
    this.#idempotent = new KeyedPolicy(
      'request.idempotent',
      (target) => {
        const own = options.policyOf(target)?.idempotent ?? {}
        return { ...own, ...this.#common(target, own), effect: 'idempotent' }
      },
      bounds,
    )
    this.#once = new KeyedPolicy(
      'request.once',
      (target) => {
        const own = options.policyOf(target)?.once ?? {}
        const never = { effect: 'once', retry: false, timeout: false } as const
        return { ...own, ...this.#common(target, own), ...never }
      },
      bounds,
    )
  }

  /** The policy of this target for this effect. */
  of(target: string, effect: Effect): Policy<Effect, unknown> {
    const policies = { read: this.#read, idempotent: this.#idempotent, once: this.#once }[effect]
    return policies.of(target) as Policy<Effect, unknown>
  }

  metrics(): Metric[] {
    return [this.#read, this.#idempotent, this.#once].flatMap((policies) => policies.metrics())
  }

  #common(target: string, own: { classify?: Classifies | undefined }) {
    const { clock, random, budget, isEssential, deadlineMsMax } = this.#options
    return {
      clock,
      random,
      budget,
      essential: isEssential(target),
      deadlineMs: deadlineMsMax,
      bulkhead: this.#placesOf(target),
      // Nothing reached a suspended one: no failure of its, nothing to repeat, nothing unknown.
      classify: (error: unknown) =>
        error instanceof SuspendedTarget ? 'fatal' : own.classify?.(error),
    }
  }

  #placesOf(target: string): ReturnType<typeof bulkhead> {
    const known = this.#places.get(target)
    if (known !== undefined) return known
    const { running = 16, waiting = 64 } = this.#options.policyOf(target) ?? {}
    const places = bulkhead({ running, waiting })
    this.#places.set(target, places)
    return places
  }
}

export interface RequestPoliciesOptions {
  readonly clock: Clock
  readonly random: Random
  readonly budget: AttemptBudget
  readonly isEssential: (target: string) => boolean
  readonly policyOf: (target: string) => RequestPolicy | undefined
  readonly deadlineMsMax: number
  readonly targetsMax: number
}

/** What a target says about how it is asked; everything has a default. */
export interface RequestPolicy {
  /** Requests that it works on at one time. Default 16. */
  readonly running?: number
  /** Requests that wait for their turn. Default 64. */
  readonly waiting?: number
  /** An essential target's good answers are kept for 60 s, unless `cache` says otherwise. */
  readonly read?: Own<PolicyOptions<'read', unknown>>
  readonly idempotent?: Own<PolicyOptions<'idempotent', unknown>>
  readonly once?: Own<PolicyOptions<'once', never>>
}

type Own<Options> = Partial<
  Omit<Options, 'effect' | 'essential' | 'clock' | 'random' | 'budget' | 'bulkhead' | 'deadlineMs'>
>

type Classifies = NonNullable<PolicyOptions<'read', unknown>['classify']>

/** Found suspended when its turn came. */
export class SuspendedTarget extends Error {
  override readonly name = 'SuspendedTarget'
  readonly errorClass: ErrorClass = 'fatal'
}
