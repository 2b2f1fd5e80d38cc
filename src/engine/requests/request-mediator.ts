import {
  AttemptBudget,
  type CallContext,
  type Effect,
  type Failure,
  type Metric,
  type OutcomeOf,
  type Policy,
  type Source,
} from '../../resilience/index.ts'
import { assert, type Clock, type Random, type Refusal, refuse } from '../../runtime/index.ts'
import type { ComponentRequest } from '../component-request.ts'
import { type RequestPolicy, RequestPolicies, SuspendedTarget } from './request-policies.ts'
import type { RequestTarget, RequestTargets } from './request-target.ts'

/**
 * Request and answer between components, and for the API.
 *
 * What holds: every request has one outcome, by its deadline, as a value: nothing is thrown. An
 * answer says where it came from (live, hedge, cache, fallback). Nobody is asked in the middle of
 * an event, his own or another's: answers show states between events. What takes effect once is
 * sent at most once. At most `waitingMax` requests are out; one more, one to nobody, to one that
 * answers nothing, or to a suspended one is refused, but an essential target that is suspended is
 * stood in for by its last good answer or its fallback.
 *
 * State must stay a function of durable events: an answer that changes state comes back as one.
 */
export class RequestMediator {
  readonly #options: Required<RequestMediatorOptions>
  readonly #policies: RequestPolicies
  readonly #counts = newCounts()
  #stopped = false
  #settledWaiters: (() => void)[] = []

  constructor(options: RequestMediatorOptions) {
    const { waitingMax = 10_000, targetsMax = 1_000, policyOf = () => undefined } = options
    const { deadlineMs = 1_000, deadlineMsMax = 60_000, budget = new AttemptBudget() } = options
    assert(deadlineMs > 0 && deadlineMs <= deadlineMsMax, 'a deadline lies within its bound')
    assert(waitingMax >= 1 && targetsMax >= 1, 'bounds are 1 or more')
    const bounds = { waitingMax, targetsMax, deadlineMs, deadlineMsMax }
    this.#options = { ...options, ...bounds, policyOf, budget }
    const isEssential = (name: string) => options.targets.find(name)?.essential === true
    this.#policies = new RequestPolicies({ ...this.#options, isEssential })
  }

  /** Requests without an outcome yet. */
  get waiting(): number {
    return this.#counts.asked - this.#counts.answered
  }

  async ask<E extends Effect>(
    name: string,
    request: ComponentRequest,
    options: AskOptions<E>,
  ): Promise<RequestOutcome<E>> {
    this.#counts.asked++
    const outcome = this.#refusal(name) ?? (await this.#run(name, request, options))
    this.#counts.answered++
    this.#count(outcome)
    if (this.waiting === 0) this.#wakeSettled()
    return outcome as RequestOutcome<E>
  }

  /** Takes no more requests; resolves when those out have their outcome, by their deadlines. */
  async stop(): Promise<void> {
    this.#stopped = true
    if (this.waiting === 0) return
    await new Promise<void>((resolve) => this.#settledWaiters.push(resolve))
  }

  /** Asked = by source + failed + unknown + refused + waiting. */
  counts(): RequestCounts {
    const { asked, sources, failed, unknown, refused } = this.#counts
    return {
      asked,
      sources: { ...sources },
      failed,
      unknown,
      refused: Object.fromEntries(refused),
      waiting: this.waiting,
    }
  }

  /** Of each target's policies: circuits, latencies, calls. */
  metrics(): Metric[] {
    return this.#policies.metrics()
  }

  #refusal(name: string): RequestRefused | undefined {
    if (this.#stopped) return refuse('stopped', 'No request is taken any more.')
    const { waitingMax, targets } = this.#options
    if (this.waiting > waitingMax) {
      return refuse('queue-full', `${waitingMax} requests wait for an answer, as many as may.`)
    }
    const target = targets.find(name)
    if (target === undefined) {
      return refuse('unknown-component', `There is no component "${name}".`)
    }
    if (target.answer === undefined) {
      return refuse('answers-nothing', `The component "${name}" answers no requests.`)
    }
    if (target.suspended !== null && !target.essential) return suspended(target)
    return undefined
  }

  async #run(name: string, request: ComponentRequest, options: AskOptions<Effect>) {
    const { effect, deadlineMs = this.#options.deadlineMs, ...rest } = options
    const { targets } = this.#options
    const key = rest.key ?? (effect === 'read' ? keyOf(request) : undefined)
    const call = { ...rest, deadlineMs, ...(key === undefined ? {} : { key }) }
    let policy: Policy<Effect, unknown>
    try {
      policy = this.#policies.of(name, effect)
    } catch (error) {
      return unsent(error)
    }
    const outcome = await policy.run(async (context: CallContext) => {
      // Whoever asks may be handling an event: his turn, and with it the batch, ends first.
      await Promise.resolve()
      const target = targets.find(name)
      if (target?.answer === undefined) throw new SuspendedTarget(`"${name}" is gone`)
      if (target.suspended !== null) throw new SuspendedTarget(target.suspended)
      return target.answer(request, context)
    }, call)
    if (outcome.ok || !('error' in outcome) || 'unknown' in outcome) return outcome
    if (!(outcome.error instanceof SuspendedTarget)) return outcome
    return suspended({ name, suspended: outcome.error.message })
  }

  #count(outcome: RequestOutcome<Effect>): void {
    const counts = this.#counts
    if (outcome.ok) counts.sources[outcome.source]++
    else if ('refused' in outcome) {
      counts.refused.set(outcome.refused, (counts.refused.get(outcome.refused) ?? 0) + 1)
    } else if ('unknown' in outcome) counts.unknown++
    else counts.failed++
  }

  #wakeSettled(): void {
    for (const wake of this.#settledWaiters.splice(0)) wake()
  }
}

export interface RequestMediatorOptions {
  readonly clock: Clock
  readonly random: Random
  readonly targets: RequestTargets
  /** Pays for retries and hedges of all targets. Default one of the mediator's own. */
  readonly budget?: AttemptBudget
  /** How a target is asked; asked for once, at its first request of an effect. */
  readonly policyOf?: (target: string) => RequestPolicy | undefined
  /** Requests out at one time, over all targets. Default 10 000. */
  readonly waitingMax?: number
  /** Targets whose policies are remembered. Default 1 000. */
  readonly targetsMax?: number
  /** Of a request that names none. Default 1 000. */
  readonly deadlineMs?: number
  /** No request waits longer, whatever it names. Default 60 000. */
  readonly deadlineMsMax?: number
}

export interface AskOptions<E extends Effect> {
  /** What repeating the request does: only who asks knows. */
  readonly effect: E
  readonly deadlineMs?: number
  /** What the answer is of, for the memory of good answers. Default: the request, when it reads. */
  readonly key?: string
  /** 0 to 4: who goes first when the target's places are taken. */
  readonly criticality?: 0 | 1 | 2 | 3 | 4
  readonly signal?: AbortSignal
}

export type RequestOutcome<E extends Effect> = OutcomeOf<E, unknown> | RequestRefused

/** By the mediator; those by a policy (circuit open, no time left) are refusals of its outcome. */
export type RequestRefused = Refusal<
  'unknown-component' | 'component-suspended' | 'answers-nothing' | 'queue-full' | 'stopped'
>

export interface RequestCounts {
  readonly asked: number
  readonly sources: Readonly<Record<Source, number>>
  readonly failed: number
  /** Of what takes effect once: nobody knows whether it did. */
  readonly unknown: number
  readonly refused: Readonly<Record<string, number>>
  readonly waiting: number
}

function newCounts() {
  return {
    asked: 0,
    answered: 0,
    sources: { live: 0, hedge: 0, cache: 0, fallback: 0 },
    failed: 0,
    unknown: 0,
    refused: new Map<string, number>(),
  }
}

function suspended({ name, suspended: why }: Pick<RequestTarget, 'name' | 'suspended'>) {
  return refuse('component-suspended', `The component "${name}" answers nobody now: ${why}.`)
}

function keyOf({ name, parameters }: ComponentRequest): string | undefined {
  try {
    return `${name} ${JSON.stringify(parameters)}`
  } catch {
    // A circle, a bigint, a getter that throws: an answer to such a request is not remembered.
    return undefined
  }
}

/** A policy that cannot be made from what its target declares: nothing was sent. */
function unsent(error: unknown): Failure {
  return { ok: false, error, errorClass: 'fatal', timedOut: false, attempts: 0, elapsedMs: 0 }
}
