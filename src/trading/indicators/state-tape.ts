import { GenesisError } from '../../runtime/index.ts'

/**
 * Saves and restores a state with one description of it, so that the two cannot differ.
 *
 * The owner runs each of its numbers past the tape (`this.#sum = tape.number(this.#sum)`): a
 * writer notes them and hands them back, a reader hands back what was noted. JSON keeps every
 * double exactly but four, and those are stored by name.
 */
export interface StateTape {
  number(current: number): number
  /** A counter or a position: a whole number of 0 to `max`. */
  whole(current: number, max: number): number
  /** The contents of an array whose length does not change. */
  numbers(current: Float64Array): void
}

export type IndicatorState = readonly StoredNumber[]
export type StoredNumber = number | 'NaN' | '-0' | 'Infinity' | '-Infinity'

export class StateWriter implements StateTape {
  readonly stored: StoredNumber[] = []

  number(current: number): number {
    this.stored.push(store(current))
    return current
  }

  whole(current: number): number {
    return this.number(current)
  }

  numbers(current: Float64Array): void {
    for (const value of current) this.stored.push(store(value))
  }
}

export class StateReader implements StateTape {
  readonly #stored: IndicatorState
  #position = 0

  constructor(stored: IndicatorState) {
    this.#stored = stored
  }

  number(): number {
    const stored = this.#stored[this.#position++]
    const value = typeof stored === 'number' ? stored : NAMED.get(stored)
    if (value === undefined) throw damaged(`number ${this.#position} is ${JSON.stringify(stored)}`)
    return value
  }

  whole(_current: number, max: number): number {
    const value = this.number()
    if (Number.isInteger(value) && value >= 0 && value <= max) return value
    throw damaged(`number ${this.#position} is ${value} where a count of 0 to ${max} belongs`)
  }

  numbers(current: Float64Array): void {
    for (let index = 0; index < current.length; index++) current[index] = this.number()
  }

  /** Refuses a state that is longer than what was read of it. */
  end(): void {
    if (this.#position === this.#stored.length) return
    throw damaged(`it has ${this.#stored.length} numbers and ${this.#position} belong`)
  }
}

const NAMED: ReadonlyMap<unknown, number> = new Map([
  ['NaN', Number.NaN],
  ['-0', -0],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
])

function store(value: number): StoredNumber {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0' : value
  return String(value) as StoredNumber
}

function damaged(how: string): GenesisError {
  return new GenesisError('bad-checkpoint', `an indicator's saved state does not fit: ${how}`)
}
