import { PRIORITY_LEVELS, type Priority } from '../event.ts'

/**
 * What became of every event offered to the dispatcher, by level (index: the priority).
 *
 * What holds: offered = accepted + throttled + full, and accepted = handled + displaced + waiting.
 */
export class DispatchCounts {
  readonly #counts: DispatchTally = {
    accepted: zeros(),
    handled: zeros(),
    throttled: zeros(),
    full: zeros(),
    displaced: zeros(),
  }

  add(outcome: DispatchOutcome, level: Priority): void {
    this.#counts[outcome][level]! += 1
  }

  snapshot(): DispatchSnapshot {
    const { accepted, handled, throttled, full, displaced } = this.#counts
    return {
      accepted: sum(accepted),
      handled: sum(handled),
      refused: sum(throttled) + sum(full),
      shed: sum(displaced),
      byLevel: Array.from({ length: PRIORITY_LEVELS }, (_, level) => ({
        accepted: accepted[level]!,
        handled: handled[level]!,
        refused: { throttled: throttled[level]!, 'queue-full': full[level]! },
        shed: { displaced: displaced[level]! },
      })),
    }
  }
}

export type DispatchOutcome = keyof DispatchTally

export interface DispatchSnapshot {
  readonly accepted: number
  readonly handled: number
  readonly refused: number
  readonly shed: number
  /** Index: the priority. */
  readonly byLevel: readonly LevelCounts[]
}

export interface LevelCounts {
  readonly accepted: number
  readonly handled: number
  /** Given back to the publisher, by reason. */
  readonly refused: { readonly throttled: number; readonly 'queue-full': number }
  /** Accepted, and then given up: for a more important event at a bound. */
  readonly shed: { readonly displaced: number }
}

interface DispatchTally {
  readonly accepted: number[]
  readonly handled: number[]
  readonly throttled: number[]
  readonly full: number[]
  readonly displaced: number[]
}

function zeros(): number[] {
  return new Array<number>(PRIORITY_LEVELS).fill(0)
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
