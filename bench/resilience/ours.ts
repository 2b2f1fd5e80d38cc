import {
  AttemptBudget,
  bulkhead,
  circuitBreaker,
  pipeline as pipelineOf,
  policy,
} from 'genesis/resilience'
import {
  CALLS_IN_WINDOW,
  fail,
  type Holdings,
  type SignalledCall,
  type Subject,
  type Subjects,
  succeed,
} from './subject.ts'

/**
 * Ours in the same situations, as it comes: latency is measured, outcomes are values, and nothing
 * is left out that a user would have.
 */
const alone = { effect: 'read', retry: false, breaker: false, timeout: false } as const
const tolerant = { minimumThroughput: 1_000_000, consecutiveFailures: Infinity } as const
const HOUR_MS = 3_600_000

export const subjects: Subjects = {
  'closed breaker, latency measured': () => {
    const closed = policy('bench', { effect: 'read', retry: false, timeout: false })
    return answering(() => closed.run(succeed))
  },
  'breaker alone': () => {
    const closed = pipelineOf([circuitBreaker()])
    return answering(() => closed.run(succeed))
  },
  'retry + breaker + dynamic timeout': () => {
    const whole = policy('bench', { effect: 'read' })
    return answering(() => whole.run(succeed))
  },
  '... and hedge, deadline, cache, fallback': () => {
    const whole = policy('bench', {
      effect: 'read',
      hedge: true,
      deadlineMs: 1_000,
      cache: {},
      fallback: () => 0,
    })
    return answering(() => whole.run(succeed))
  },
  'retry alone': () => {
    const retried = policy('bench', { ...alone, retry: { attempts: 3 } })
    return answering(() => retried.run(succeed))
  },
  'timeout alone': () => {
    const timed = policy('bench', { ...alone, timeout: 1_000 })
    return answering(() => timed.run(succeed))
  },
  'bulkhead alone': () => {
    const limited = pipelineOf([bulkhead({ running: 10 })])
    return answering(() => limited.run(succeed))
  },
  'refused, open': async () => {
    const breaker = { consecutiveFailures: 1, breakMs: HOUR_MS, breakMsMax: HOUR_MS }
    const open = policy('bench', { effect: 'read', retry: false, timeout: false, breaker })
    await open.run(fail)
    const outcome = await open.run(succeed)
    if (!('refused' in outcome)) throw new Error('the circuit is not open')
    return answering(() => open.run(succeed))
  },
  'failing, closed': () => {
    const failing = policy('bench', { effect: 'read', retry: false, breaker: tolerant })
    return answering(() => failing.run(fail))
  },
  'failing, 500,000 in its window': async () => {
    const crowded = policy('bench', { effect: 'read', retry: false, breaker: tolerant })
    for (let calls = 0; calls < CALLS_IN_WINDOW; calls++) await crowded.run(succeed)
    return answering(() => crowded.run(fail))
  },
}

export const held: Holdings = {
  policy: () => {
    const whole = policy('held', { effect: 'read' })
    return { call: () => whole.run(succeed) }
  },
}

export const signalled: Readonly<Record<string, () => SignalledCall>> = {
  'policy under a signal': () => {
    const budget = new AttemptBudget()
    const whole = policy('signalled', { effect: 'read', hedge: true, deadlineMs: 10_000, budget })
    const task = async ({ signal }: { signal(): AbortSignal }) => signal().aborted
    return (signal) => whole.run(task, { signal })
  },
}

function answering(call: () => PromiseLike<unknown>): Subject {
  return { call, answers: 'value' }
}
