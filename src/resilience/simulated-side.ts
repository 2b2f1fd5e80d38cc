import { createRandom, SimulatedClock } from '../runtime/index.ts'
import { AttemptBudget } from './budget.ts'
import type { CallContext } from './call-context.ts'
import type { ResilienceEvent } from './events.ts'
import type { OnceOutcome } from './outcome.ts'

/**
 * For tests: the other side of a call on simulated time. Each attempt takes the next behaviour of
 * the script, the last one for ever; everything that was sent is remembered.
 */
export class SimulatedSide {
  readonly clock = new SimulatedClock()
  readonly random = createRandom(7)
  readonly budget = new AttemptBudget({ ratio: 0, perSecond: 0, burst: 1_000 })
  readonly sent: SentAttempt[] = []
  readonly events: ResilienceEvent[] = []
  #script: readonly Behaviour[] = [{ value: 'answer' }]

  /** What a policy takes from its surroundings. */
  get parts() {
    const { clock, random, budget } = this
    return { clock, random, budget, onEvent: (event: ResilienceEvent) => this.events.push(event) }
  }

  /** From now on. */
  script(...script: readonly Behaviour[]): void {
    this.#script = script
    this.sent.length = 0
  }

  readonly task = async (context: CallContext): Promise<unknown> => {
    const { attempt, target, key } = context
    const behaviour = this.#script[Math.min(this.sent.length, this.#script.length - 1)] as Behaviour
    const sent: SentAttempt = { attempt, target, key, atMs: this.clock.monotonicMs(), context }
    this.sent.push(sent)
    if (behaviour.hang === true) await new Promise<never>(() => undefined)
    if (behaviour.afterMs !== undefined) await this.clock.sleep(behaviour.afterMs)
    if ('error' in behaviour) throw behaviour.error
    return behaviour.value
  }

  eventTypes(): string[] {
    return this.events.map(({ type }) => type)
  }
}

export interface Behaviour {
  readonly afterMs?: number
  readonly value?: unknown
  readonly error?: unknown
  readonly hang?: boolean
}

export interface SentAttempt {
  readonly attempt: number
  readonly target: string | undefined
  readonly key: string | undefined
  readonly atMs: number
  readonly context: CallContext
}

/** The outcome, or undefined while there is none. */
export function watch<T>(promise: Promise<OnceOutcome<T>>): { outcome?: OnceOutcome<T> } {
  const seen: { outcome?: OnceOutcome<T> } = {}
  void promise.then((outcome) => (seen.outcome = outcome))
  return seen
}
