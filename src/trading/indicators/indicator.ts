import { StateReader, StateWriter, type IndicatorState, type StateTape } from './state-tape.ts'

/**
 * A streaming indicator: one `update(...)` a bar, O(1) amortised, nothing allocated in it.
 *
 * - `value` is NaN until enough bars have passed, and finite ever after: inputs are finite.
 * - Only + - * / and sqrt, so every Node and every processor gives the same bits.
 * - Running sums are compensated: a million bars later they equal the direct computation.
 * - `snapshot()` holds the whole state, and `restore()` into a new indicator of the same settings
 *   continues bit for bit. A checkpoint needs that, and it is why these are our own and not
 *   `trading-signals`, whose state cannot be saved; it remains the oracle of the tests.
 *
 * Conventions are TA-Lib's and Stock.Indicators': averages are seeded with the plain mean of their
 * first n values, Wilder's smoothing is 1/n, and the first true range belongs to the second bar.
 * Where nothing moved and those libraries disagree, an oscillator stands in the middle.
 */
export abstract class Indicator {
  value = Number.NaN

  get ready(): boolean {
    return this.value === this.value
  }

  /** As JSON. */
  snapshot(): IndicatorState {
    const tape = new StateWriter()
    this.carry(tape)
    return tape.stored
  }

  /** Throws `bad-checkpoint` if the state is of other settings; then throw the indicator away. */
  restore(state: IndicatorState): void {
    const tape = new StateReader(state)
    this.carry(tape)
    tape.end()
  }

  /** Runs the whole state past the tape, which either writes it down or replaces it. */
  carry(tape: StateTape): void {
    this.value = tape.number(this.value)
  }
}
