import type { Clock } from '../runtime/index.ts'
import { Call, type CallHome } from './attempt.ts'
import type { AttemptBudget } from './budget.ts'
import { CallCounters } from './call-counters.ts'
import type { Task } from './call-context.ts'
import type { Circuit } from './circuit.ts'
import { Classifier } from './classifier.ts'
import type { Criticality } from './criticality.ts'
import { Events } from './events.ts'
import { compose, type Executor, type Run } from './executor.ts'
import { Guard } from './guard.ts'
import { invoke } from './invoke.ts'
import type { OnceOutcome } from './outcome.ts'
import { defaultParts } from './parts.ts'
import type { CallOptions } from './call-options.ts'
import { refusal } from './refusal.ts'
import { timersOf } from './timers.ts'

/**
 * Executors put together, and the door through which calls enter them: turns a call into one
 * promise of one outcome, and counts it. The promise never rejects.
 */
export class Pipeline {
  readonly name: string
  readonly counters = new CallCounters()
  readonly events: Events
  readonly #home: CallHome
  readonly #run: Run
  readonly #budget: AttemptBudget | undefined
  readonly #deadlineMs: number
  readonly #door: Circuit | undefined

  constructor(options: PipelineOptions) {
    const { name, clock, events, executors, budget, criticality = 2, targets } = options
    this.name = name
    this.events = events
    this.#home = { clock, counters: this.counters, criticality, targets }
    this.#budget = budget
    this.#deadlineMs = options.deadlineMs ?? Infinity
    this.#door = options.door
    this.#run = compose(executors, invoke(options.classifier))
  }

  run(task: Task<unknown>, options?: CallOptions): Promise<OnceOutcome<unknown>> {
    const home = this.#home
    const nowMs = home.clock.monotonicMs()
    this.counters.calls++
    if (this.#door?.state === 'OPEN' && this.#isShut(this.#door, nowMs)) return shut
    const deadlineMs =
      options?.deadlineMs === undefined
        ? this.#deadlineMs
        : Math.min(this.#deadlineMs, options.deadlineMs)
    const call = new Call(home, task, nowMs, deadlineMs, options)
    this.#budget?.deposit()
    this.#run(call, (outcome) => {
      this.#count(outcome)
      call.finish(outcome)
    })
    return call.races || call.reply === undefined ? call.promise() : call.reply
  }

  /** While the break lasts nobody is asked and nothing is made: refusing must cost nothing. */
  #isShut(door: Circuit, nowMs: number): boolean {
    if (door.retryAfterMs(nowMs) === 0 || door.admit(nowMs) !== 0) return false
    this.#count(circuitOpen)
    return true
  }

  #count(outcome: OnceOutcome<unknown>): void {
    const { counters } = this
    if (outcome.ok) {
      counters.succeeded++
      if (outcome.source === 'cache') counters.fromCache++
      else if (outcome.source === 'fallback') counters.fromFallback++
    } else if ('refused' in outcome) {
      counters.refused++
      if (this.events.hasListeners) {
        this.events.emit({ type: 'call.refused', refused: outcome.refused })
      }
    } else if ('unknown' in outcome) counters.unknown++
    else counters.failed++
  }
}

const circuitOpen = refusal('circuit-open')
const shut = Promise.resolve(circuitOpen)

export interface PipelineOptions {
  readonly name: string
  readonly clock: Clock
  readonly events: Events
  /** Outermost first. */
  readonly executors: readonly Executor[]
  readonly classifier: Classifier
  /** A circuit among the executors that may refuse before anything else is done. */
  readonly door?: Circuit | undefined
  /** Each call pays into it. */
  readonly budget?: AttemptBudget | undefined
  readonly deadlineMs?: number | undefined
  readonly criticality?: Criticality | undefined
  readonly targets?: readonly string[] | undefined
}

/** For one policy, or a few, used alone: `pipeline([bulkhead({ running: 10 })]).run(task)`. */
export function pipeline(
  executors: readonly Executor[],
  { name = 'pipeline', clock = defaultParts().clock }: { name?: string; clock?: Clock } = {},
): Pipeline {
  const events = new Events(name)
  return new Pipeline({
    name,
    clock,
    events,
    executors: [new Guard(timersOf(clock), events), ...executors],
    classifier: new Classifier({ events }),
  })
}
