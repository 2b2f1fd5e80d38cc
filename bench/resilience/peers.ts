import {
  ConsecutiveBreaker,
  ConstantBackoff,
  SamplingBreaker,
  TimeoutStrategy,
  bulkhead,
  circuitBreaker,
  handleAll,
  retry,
  timeout,
  wrap,
} from 'cockatiel'
import * as Mollitia from 'mollitia'
import Opossum from 'opossum'
import pRetry from 'p-retry'
import {
  CALLS_IN_WINDOW,
  type Holdings,
  type SignalledCall,
  type Subject,
  type Subjects,
  fail,
  succeed,
} from './subject.ts'

/**
 * The peers in the situations that the issue names, set up as their documentation does, and so
 * that none of them opens unless it is meant to. cockatiel 3.2.1, opossum 9.0.0 and mollitia 0.1.1
 * are the last that run on Node 20.
 */
const HOUR_MS = 3_600_000

export const closed: Subjects = {
  'bare await': () => answering(succeed),
  'cockatiel sampling': () => {
    const policy = circuitBreaker(handleAll, { halfOpenAfter: 10_000, breaker: sampling() })
    return answering(() => policy.execute(succeed))
  },
  'cockatiel consecutive': () => {
    const policy = circuitBreaker(handleAll, {
      halfOpenAfter: 10_000,
      breaker: new ConsecutiveBreaker(5),
    })
    return answering(() => policy.execute(succeed))
  },
  'opossum defaults': () => {
    const breaker = new Opossum(succeed)
    return answering(() => breaker.fire())
  },
  'opossum lean': () => {
    const breaker = new Opossum(succeed, { ...lean, timeout: false })
    return answering(() => breaker.fire())
  },
  'mollitia count': () => {
    const circuit = mollitia(succeed, [count(50)])
    return answering(() => circuit.execute())
  },
  'mollitia time': () => {
    const breaker = new Mollitia.SlidingTimeBreaker({ slidingWindowSize: 10_000 })
    const circuit = mollitia(succeed, [breaker])
    return answering(() => circuit.execute())
  },
}

export const pipeline: Subjects = {
  'cockatiel retry + breaker + timeout': () => {
    const policy = cockatielPipeline()
    return answering(() => policy.execute(succeed))
  },
  'p-retry + opossum': () => {
    const breaker = new Opossum(succeed, { timeout: 1_000 })
    return answering(() => pRetry(() => breaker.fire(), { retries: 2 }))
  },
  'mollitia retry + breaker + timeout': () => {
    const retrying = new Mollitia.Retry({ attempts: 2 })
    const limit = new Mollitia.Timeout({ delay: 1_000 })
    const circuit = mollitia(succeed, [retrying, count(50), limit])
    return answering(() => circuit.execute())
  },
}

export const stages: Subjects = {
  'cockatiel retry': () => {
    const policy = retry(handleAll, { maxAttempts: 2, backoff: new ConstantBackoff(100) })
    return answering(() => policy.execute(succeed))
  },
  'cockatiel timeout': () => {
    const policy = timeout(1_000, TimeoutStrategy.Aggressive)
    return answering(() => policy.execute(succeed))
  },
  'cockatiel bulkhead': () => {
    const policy = bulkhead(10)
    return answering(() => policy.execute(succeed))
  },
}

export const refusing: Subjects = {
  'cockatiel open': async () => {
    const breaker = new ConsecutiveBreaker(1)
    const policy = circuitBreaker(handleAll, { halfOpenAfter: HOUR_MS, breaker })
    await outcomeOf(policy.execute(fail))
    return rejecting(() => policy.execute(succeed))
  },
  'opossum open': () => {
    const breaker = new Opossum(succeed, { resetTimeout: HOUR_MS })
    breaker.open()
    return rejecting(() => breaker.fire())
  },
  'mollitia open': () => {
    const state = Mollitia.BreakerState.OPENED
    const breaker = new Mollitia.SlidingCountBreaker({ state, openStateDelay: HOUR_MS })
    const circuit = mollitia(succeed, [breaker])
    return rejecting(() => circuit.execute())
  },
}

export const failing: Subjects = {
  'bare rejection': () => rejecting(fail),
  'cockatiel sampling, failing': () => {
    const policy = circuitBreaker(handleAll, { halfOpenAfter: 10_000, breaker: neverOpening() })
    return rejecting(() => policy.execute(fail))
  },
  'opossum lean, failing': () => {
    const breaker = new Opossum(fail, { ...lean, ...tolerant })
    return rejecting(() => breaker.fire())
  },
  'mollitia count, failing': () => {
    const circuit = mollitia(fail, [count(101)])
    return rejecting(() => circuit.execute())
  },
}

export const crowded: Subjects = {
  'cockatiel sampling, 500,000 in its window': async () => {
    const policy = circuitBreaker(handleAll, { halfOpenAfter: 10_000, breaker: neverOpening() })
    for (let calls = 0; calls < CALLS_IN_WINDOW; calls++) await policy.execute(succeed)
    return rejecting(() => policy.execute(fail))
  },
  'opossum, 500,000 in its window': async () => {
    const breaker = new Opossum(failOrNot, tolerant)
    for (let calls = 0; calls < CALLS_IN_WINDOW; calls++) await breaker.fire(false)
    return rejecting(() => breaker.fire(true))
  },
}

export const held: Holdings = {
  'cockatiel breaker': () => {
    const policy = circuitBreaker(handleAll, { halfOpenAfter: 10_000, breaker: sampling() })
    return { call: () => policy.execute(succeed) }
  },
  'cockatiel pipeline': () => {
    const policy = cockatielPipeline()
    return { call: () => policy.execute(succeed) }
  },
  'opossum breaker': () => {
    const breaker = new Opossum(succeed)
    return { call: () => breaker.fire() }
  },
  'mollitia breaker': () => {
    const circuit = mollitia(succeed, [count(50)])
    return { call: () => circuit.execute() }
  },
}

/** Under one long-lived parent signal, with a task that reads the signal it is handed. */
export const signalled: Readonly<Record<string, () => SignalledCall>> = {
  'cockatiel under a signal': () => {
    const policy = cockatielPipeline()
    return (parent) => policy.execute(async ({ signal }) => signal.aborted, parent)
  },
  'AbortSignal.any by hand': () => (parent) => {
    const signal = AbortSignal.any([parent, new AbortController().signal])
    signal.addEventListener('abort', onAbort)
    return succeed()
  },
}

const onAbort = (): undefined => undefined

const lean = { rollingPercentilesEnabled: false, enableSnapshots: false }

const failOrNot = (fails: boolean): Promise<number> => (fails ? fail() : succeed())

/** Does not open however much fails. */
const tolerant = { errorThresholdPercentage: 100, timeout: false } as const

function sampling(): SamplingBreaker {
  return new SamplingBreaker({ threshold: 0.5, duration: 10_000, minimumRps: 1 })
}

function neverOpening(): SamplingBreaker {
  return new SamplingBreaker({ threshold: 0.5, duration: 10_000, minimumRps: 1e9 })
}

function count(failureRateThreshold: number): Mollitia.SlidingCountBreaker {
  return new Mollitia.SlidingCountBreaker({ slidingWindowSize: 100, failureRateThreshold })
}

function mollitia(func: () => Promise<number>, modules: Mollitia.Module[]): Mollitia.Circuit {
  return new Mollitia.Circuit({ func, options: { modules } })
}

function cockatielPipeline() {
  return wrap(
    retry(handleAll, { maxAttempts: 2, backoff: new ConstantBackoff(100) }),
    circuitBreaker(handleAll, { halfOpenAfter: 10_000, breaker: sampling() }),
    timeout(1_000, TimeoutStrategy.Aggressive),
  )
}

async function outcomeOf(call: PromiseLike<unknown>): Promise<unknown> {
  try {
    return await call
  } catch (error) {
    return error
  }
}

function answering(call: () => PromiseLike<unknown>): Subject {
  return { call, answers: 'value' }
}

function rejecting(call: () => PromiseLike<unknown>): Subject {
  return { call, answers: 'rejection' }
}
