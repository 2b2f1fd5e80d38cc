import { createRandom, type Random, SimulatedClock } from '../../runtime/index.ts'
import type { Attempt } from '../attempt.ts'
import { AttemptTimeout } from '../attempt-timeout.ts'
import { AttemptBudget, type AttemptBudgetOptions } from '../budget.ts'
import type { CircuitState } from '../circuit.ts'
import { Classifier } from '../classifier.ts'
import { Events } from '../events.ts'
import type { Executor, Run } from '../executor.ts'
import { Guard } from '../guard.ts'
import { Pipeline } from '../pipeline.ts'
import { LatencyPredictor } from '../prediction/latency-predictor.ts'
import { timersOf } from '../timers.ts'
import { Hedge } from './hedge.ts'

/**
 * For tests: twenty servers, each with a queue of its own, and a client that sends to one of them
 * by chance. 99 % of the work is exponential around 10 ms, 1 % is a pause of 200 ms. An attempt
 * that is given up leaves its queue if it still waits there; once begun it runs to its end, since
 * most servers do not notice.
 */
export interface ServerRun {
  readonly inTime: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Attempts for each call. */
  readonly attempts: number
}

export function runServers(options: {
  readonly load: number
  readonly calls: number
  readonly seed: number
  readonly state: CircuitState
  readonly leavesQueue?: boolean
  readonly budget?: AttemptBudgetOptions
}): ServerRun {
  const clock = new SimulatedClock()
  const random = createRandom(options.seed)
  const servers = new Servers(clock, random, options.leavesQueue ?? true)
  const answers: number[] = []
  const calls = client(clock, servers, options, (tookMs) => answers.push(tookMs))
  const arrivals = random.fork('arrivals')
  let left = options.calls
  const arrive = () => {
    if (left-- <= 0) return
    void calls.run(() => undefined)
    clock.after(arrivals.exponential(meanMs / (options.load * serverCount)), arrive)
  }
  arrive()
  for (let nextAt = clock.nextTimerAt(); nextAt < Infinity; nextAt = clock.nextTimerAt()) {
    clock.setTime(nextAt)
    clock.runDueTimers()
  }
  answers.sort((one, other) => one - other)
  const at = (share: number) => answers[Math.floor(share * options.calls)] ?? Infinity
  return {
    inTime: answers.length / options.calls,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    attempts: servers.taken / options.calls,
  }
}

function client(
  clock: SimulatedClock,
  servers: Servers,
  {
    state,
    budget: budgetOptions,
  }: { readonly state: CircuitState; readonly budget?: AttemptBudgetOptions },
  onAnswer: (tookMs: number) => void,
): Pipeline {
  const events = new Events('simulated')
  const timers = timersOf(clock)
  const latency = new LatencyPredictor()
  const budget = new AttemptBudget(budgetOptions)
  for (let sample = 0; sample < 1_000; sample++) latency.record(serviceMs(servers.extras), 0)
  latency.freezeBaseline(true, 0)
  const heard: Executor = {
    apply: (inner) => (attempt, settle) =>
      inner(attempt, (outcome) => {
        if (outcome.ok) onAnswer(attempt.call.elapsedMs)
        settle(outcome)
      }),
  }
  return new Pipeline({
    name: 'simulated',
    clock,
    events,
    deadlineMs: 500,
    budget,
    executors: [
      heard,
      new Guard(timers, events),
      new Hedge({
        plan: {
          attempts: 1,
          after: 'p95',
          afterMsMin: 1,
          latency,
          state: () => state,
          wanted: () => 1,
        },
        budget,
        latency,
        timers,
        events,
      }),
      new AttemptTimeout({ latency, timers, events }),
      servers,
    ],
    classifier: new Classifier({ events }),
  })
}

const serverCount = 20
const meanMs = 0.99 * 10 + 0.01 * 200

function serviceMs(random: Random): number {
  return random.next() < 0.01 ? 200 : random.exponential(10)
}

interface Work {
  readonly attempt: Attempt
  readonly serviceMs: number
  readonly reply: () => void
}

class Servers implements Executor {
  taken = 0
  readonly #clock: SimulatedClock
  /** First attempts draw alike whatever else is sent, so that two runs can be compared. */
  readonly #firsts: Random
  readonly extras: Random
  readonly #leavesQueue: boolean
  readonly #queues: Work[][] = Array.from({ length: serverCount }, () => [])

  constructor(clock: SimulatedClock, random: Random, leavesQueue: boolean) {
    this.#clock = clock
    this.#firsts = random.fork('first attempts')
    this.extras = random.fork('extra attempts')
    this.#leavesQueue = leavesQueue
  }

  apply(_inner: Run): Run {
    return (attempt, settle) => {
      attempt.onAbort = settle
      if (attempt.attempt === 1) attempt.call.home.budget?.deposit()
      this.taken++
      const random = attempt.attempt === 1 ? this.#firsts : this.extras
      const queue = this.#queues[random.integer(serverCount)] as Work[]
      const reply = () => {
        if (!attempt.answered()) return
        const { call } = attempt
        call.readClock()
        settle({
          ok: true,
          value: undefined,
          source: 'live',
          attempts: 1,
          elapsedMs: call.elapsedMs,
        })
      }
      queue.push({ attempt, serviceMs: serviceMs(random), reply })
      if (queue.length === 1) this.#serve(queue)
    }
  }

  #serve(queue: Work[]): void {
    while (this.#leavesQueue && queue[0]?.attempt.isOut === false) queue.shift()
    const work = queue[0]
    if (work === undefined) return
    this.#clock.after(work.serviceMs, () => {
      queue.shift()
      work.reply()
      this.#serve(queue)
    })
  }
}
