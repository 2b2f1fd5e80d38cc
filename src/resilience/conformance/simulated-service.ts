import { createRandom, type Random, SimulatedClock } from '../../runtime/index.ts'
import { AttemptBudget } from '../budget.ts'
import type { CallContext } from '../call-context.ts'

/**
 * For tests: somebody else's service on a simulated clock. Each attempt that reaches it waits
 * until the test answers it, or is answered by `serve`.
 */
export class SimulatedService {
  readonly clock = new SimulatedClock()
  readonly random: Random = createRandom(7)
  /** So large that only tests about it notice it. */
  readonly budget = new AttemptBudget({ burst: 1_000, ratio: 1 })
  readonly reached: ReachedAttempt[] = []
  /** Set to answer by rule. */
  serve: (attempt: ReachedAttempt) => void = () => undefined

  readonly task = (context: CallContext): Promise<string> =>
    new Promise((resolve, reject) => {
      const attempt = new ReachedAttempt(context, this.clock.monotonicMs(), resolve, reject)
      this.reached.push(attempt)
      this.serve(attempt)
    })

  /** What a policy takes, so that nothing comes from the process. */
  get parts() {
    return { clock: this.clock, random: this.random, budget: this.budget }
  }

  /** Lets promises run; no time passes. */
  settle(): Promise<void> {
    return this.clock.advance(0)
  }
}

export class ReachedAttempt {
  readonly atMs: number
  readonly answer: (value?: string) => void
  readonly fail: (error?: unknown) => void
  readonly target: string | undefined
  readonly #signal: AbortSignal

  constructor(
    context: CallContext,
    atMs: number,
    resolve: (value: string) => void,
    reject: (error: unknown) => void,
  ) {
    this.atMs = atMs
    this.target = context.target
    this.#signal = context.signal()
    this.answer = (value = 'answer') => resolve(value)
    this.fail = (error = sick) => reject(error)
  }

  get aborted(): boolean {
    return this.#signal.aborted
  }
}

/** Nobody knows this error: it is taken to pass. */
export const sick = new Error('sick')

/** As an HTTP client throws it. */
export function httpError(status: number, retryAfterMs?: number): Error {
  const more = retryAfterMs === undefined ? {} : { retryAfterMs }
  return Object.assign(new Error(`HTTP ${status}`), { status, ...more })
}
