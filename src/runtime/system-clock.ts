import { hrtime } from 'node:process'
import { assert } from './assert.ts'
import type { Clock, Timer } from './clock.ts'

/** Node runs a longer timeout after 1 ms, so longer waits are made of several. */
const timeoutMsMax = 2 ** 31 - 1

/**
 * The machine's clocks and Node's timers.
 *
 * What holds beyond Node: a timer never runs before its delay has passed on `monotonicMs` (Node
 * may be up to a millisecond early), and a delay beyond 24.8 days waits that long.
 *
 * `hrtime` reads the same clock as `performance.now` and a fifth faster; every call of a policy
 * reads it twice.
 */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    monotonicMs,
    after,
    every,
    sleep,
    turn: () => new Promise((resolve) => setImmediate(resolve)),
  }
}

function monotonicMs(): number {
  const time = hrtime()
  return time[0] * 1_000 + time[1] * 1e-6
}

function after(delayMs: number, run: () => void): Timer {
  assert(delayMs === delayMs, 'a delay is a number of milliseconds')
  const due = monotonicMs() + delayMs
  let timeout: NodeJS.Timeout
  const arm = () => {
    const leftMs = Math.ceil(due - monotonicMs())
    timeout = setTimeout(fire, Math.min(Math.max(leftMs, 0), timeoutMsMax))
  }
  const fire = () => {
    if (monotonicMs() < due) arm()
    else run()
  }
  arm()
  return { cancel: () => clearTimeout(timeout) }
}

function every(intervalMs: number, run: () => void): Timer {
  assert(intervalMs > 0 && intervalMs <= timeoutMsMax, 'an interval is above 0, below 24.8 days')
  const interval = setInterval(run, intervalMs)
  return { cancel: () => clearInterval(interval) }
}

function sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
  return sleepOn(after, delayMs, signal)
}

/** `sleep` in terms of `after`, for every clock. */
export function sleepOn(
  after: Clock['after'],
  delayMs: number,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const timer = after(delayMs, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    const onAbort = () => {
      timer.cancel()
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
