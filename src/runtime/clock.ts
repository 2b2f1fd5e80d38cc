/**
 * Time as an argument.
 *
 * `now()` is UTC wall time and may step when somebody sets the clock, so it only ever stamps
 * records. `monotonicMs()` never goes back and is what every wait and every measurement uses.
 * Nothing above floor 0 reads a clock it was not handed; a simulated clock makes a year pass in
 * a second and gives the same run for the same seed.
 */
export interface Clock {
  /** UTC milliseconds since 1970, whole. May step either way. */
  now(): number
  /** Milliseconds, with fraction, from an arbitrary start. Never goes back. */
  monotonicMs(): number
  /** Runs `run` once after `delayMs` of monotonic time. */
  after(delayMs: number, run: () => void): Timer
  /** Runs `run` every `intervalMs`, the first time after one interval. */
  every(intervalMs: number, run: () => void): Timer
  /** Resolves after `delayMs`; rejects with the signal's reason when it aborts first. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>
  /** Lets sockets, timers and other tasks run for one turn of the event loop. */
  turn(): Promise<void>
}

export interface Timer {
  /** Cancelling twice, or after the timer ran, does nothing. */
  cancel(): void
}
