import { ServiceBroker } from 'moleculer'

/**
 * moleculer 0.14.36 as its documentation sets up timeout, retry, circuit breaker and bulkhead:
 * local calls of one action, with a bulkhead large enough that nothing is refused.
 */
export async function startedMoleculer(inFlight: number): Promise<MoleculerSubject> {
  let handled = 0
  const broker = new ServiceBroker({
    logger: false,
    requestTimeout: 1_000,
    retryPolicy: { enabled: true, retries: 2 },
    circuitBreaker: { enabled: true, threshold: 0.5, windowTime: 60, minRequestCount: 20 },
    bulkhead: { enabled: true, concurrency: 64, maxQueueSize: 100_000 },
  })
  broker.createService({
    name: 'bench',
    actions: {
      tick: async () => {
        handled += 1
      },
    },
  })
  await broker.start()
  return {
    run: async (events) => {
      const before = handled
      const each = Math.ceil(events / inFlight)
      const caller = async () => {
        for (let sent = 0; sent < each; sent += 1) await broker.call('bench.tick', { key: sent })
      }
      await Promise.all(Array.from({ length: inFlight }, caller))
      return handled - before
    },
    stop: () => broker.stop(),
  }
}

export interface MoleculerSubject {
  /** How many were handled. */
  run(events: number): Promise<number>
  stop(): Promise<void>
}
