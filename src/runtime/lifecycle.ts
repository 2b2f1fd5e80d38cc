import type { Clock } from './clock.ts'
import { GenesisError } from './errors.ts'
import { type LifecycleInput, type LifecycleState, nextLifecycleState } from './lifecycle-state.ts'
import type { Log } from './log.ts'

/**
 * Starting and stopping of an object made of parts (after River's start/stop contract).
 *
 * What holds: parts start in order and stop in reverse; `start` and `stop` may be called twice,
 * never, at any moment, and each call gets an answer; a part that fails to start makes those
 * before it stop, and `start` reject; `stop` during `start` aborts the signal each part was given
 * and makes `start` reject with code `stopped`; `stop` resolves when all is stopped or its deadline
 * passed, never rejects, and says what went wrong; what is stopped or failed can start again.
 */
export interface LifecyclePart {
  readonly name: string
  /** Resolves when it works. When it rejects it has cleaned up after itself. */
  start?(signal: AbortSignal): void | Promise<void>
  /** Resolves when it is stopped. Is called only after its `start` resolved. */
  stop?(): unknown
}

export interface LifecycleOptions {
  readonly name: string
  readonly parts: readonly LifecyclePart[]
  readonly clock: Clock
  readonly log: Log
  /** For all parts together. */
  readonly stopDeadlineMs?: number
}

export class Lifecycle {
  readonly name: string
  readonly #options: LifecycleOptions
  #state: LifecycleState = { is: 'idle' }
  #run: Run = newRun()
  #stopping: Promise<readonly GenesisError[]> = Promise.resolve([])

  constructor(options: LifecycleOptions) {
    this.name = options.name
    this.#options = options
  }

  get state(): LifecycleState {
    return this.#state
  }

  async start(): Promise<void> {
    if (this.#state.is === 'stopping') await this.#stopping
    if (this.#move({ input: 'start' })) {
      this.#run = newRun()
      this.#run.starting = this.#startParts(this.#run)
    }
    return this.#run.starting
  }

  /** What went wrong while stopping; empty when nothing did. */
  stop(): Promise<readonly GenesisError[]> {
    const wasStarting = this.#state.is === 'starting'
    if (this.#move({ input: 'stop' })) this.#stopping = this.#stopRun(this.#run, wasStarting)
    return this.#stopping
  }

  async #startParts(run: Run): Promise<void> {
    const { signal } = run.abort
    try {
      for (const part of this.#options.parts) {
        await part.start?.(signal)
        run.started.push(part)
        if (signal.aborted) break
      }
    } catch (cause) {
      // The signal makes starts fail; a start that failed by itself is rolled back here.
      if (!signal.aborted) {
        await this.#stopParts(run, this.#deadline())
        this.#move({ input: 'start-failed', cause })
        throw cause
      }
    }
    if (signal.aborted) {
      // Too late for the `stop` that gave up waiting: stop what it could not see.
      if (run.isOver) await this.#stopParts(run, this.#deadline())
      throw signal.reason
    }
    this.#move({ input: 'started' })
  }

  async #stopRun(run: Run, wasStarting: boolean): Promise<readonly GenesisError[]> {
    const deadline = this.#deadline()
    const problems: GenesisError[] = []
    if (wasStarting) {
      const reason = new GenesisError('stopped', `${this.name} was stopped while it started`)
      run.abort.abort(reason)
      const settled = run.starting.then(nothing, nothing)
      problems.push(
        ...(await this.#finish(`the start of ${this.name} did not end`, settled, deadline)),
      )
    }
    run.isOver = true
    problems.push(...(await this.#stopParts(run, deadline)))
    this.#move({ input: 'stopped' })
    return problems
  }

  async #stopParts(run: Run, deadline: number): Promise<GenesisError[]> {
    const problems: GenesisError[] = []
    for (let part = run.started.pop(); part !== undefined; part = run.started.pop()) {
      problems.push(...(await this.#finish(`${part.name} did not stop`, stopPart(part), deadline)))
    }
    return problems
  }

  /** Waits until the deadline; the problem, if any, is logged and returned. */
  async #finish(
    complaint: string,
    waiting: Promise<unknown>,
    deadline: number,
  ): Promise<GenesisError[]> {
    const problem = await this.#problemOf(complaint, waiting, deadline)
    if (problem === undefined) return []
    this.#options.log.error({ lifecycle: this.name, error: problem }, problem.message)
    return [problem]
  }

  #problemOf(
    complaint: string,
    waiting: Promise<unknown>,
    deadline: number,
  ): Promise<GenesisError | undefined> {
    const { clock } = this.#options
    return new Promise((resolve) => {
      const timer = clock.after(Math.max(0, deadline - clock.monotonicMs()), () => {
        resolve(new GenesisError('timeout', `${complaint} within ${this.#stopDeadlineMs} ms`))
      })
      const settle = (problem?: GenesisError) => {
        timer.cancel()
        resolve(problem)
      }
      waiting.then(
        () => settle(),
        (cause: unknown) => {
          settle(new GenesisError('component-failed', `${complaint}: ${String(cause)}`, { cause }))
        },
      )
    })
  }

  #deadline(): number {
    return this.#options.clock.monotonicMs() + this.#stopDeadlineMs
  }

  get #stopDeadlineMs(): number {
    return this.#options.stopDeadlineMs ?? 10_000
  }

  /** True when the input changed the state. */
  #move(input: LifecycleInput): boolean {
    const before = this.#state
    this.#state = nextLifecycleState(before, input)
    return this.#state !== before
  }
}

/** One life, from `start` to `stop`. */
interface Run {
  readonly abort: AbortController
  readonly started: LifecyclePart[]
  starting: Promise<void>
  isOver: boolean
}

function newRun(): Run {
  return {
    abort: new AbortController(),
    started: [],
    starting: Promise.resolve(),
    isOver: false,
  }
}

async function stopPart(part: LifecyclePart): Promise<void> {
  await part.stop?.()
}

function nothing(): void {}
