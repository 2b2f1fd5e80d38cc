import { CompensatedSum } from './compensated-sum.ts'
import type { StateTape } from './state-tape.ts'
import { RecentValues } from './recent-values.ts'

/** The sum of the last `size` values, free of drift. */
export class RollingSum {
  readonly #window: RecentValues
  readonly #sum = new CompensatedSum()

  constructor(size: number) {
    this.#window = new RecentValues(size)
  }

  get full(): boolean {
    return this.#window.full
  }

  push(value: number): number {
    this.#sum.add(value)
    this.#sum.add(-this.#window.push(value))
    return this.#sum.value
  }

  carry(tape: StateTape): void {
    this.#window.carry(tape)
    this.#sum.carry(tape)
  }
}
