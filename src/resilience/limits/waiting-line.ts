import { assert } from '../../runtime/index.ts'
import type { Criticality } from '../criticality.ts'

/**
 * Who waits, the most critical first and among equals the oldest first; with a hard bound.
 *
 * What holds: never more than `bound` wait; joining, leaving and being served are O(1), from
 * anywhere in the line (an aborted waiter must not keep its place until its turn comes: that
 * starves those behind it); a place is left at most once.
 */
export class WaitingLine<T> {
  readonly bound: number
  length = 0
  /** One list a level; made when somebody first waits, since most policies never see that. */
  #first: (Place<T> | undefined)[] | undefined = undefined
  #last: (Place<T> | undefined)[] = []

  constructor(bound: number) {
    assert(Number.isInteger(bound) && bound >= 0, `a line's bound is 0 or more, not ${bound}`)
    this.bound = bound
  }

  /** Undefined when as many wait as may. */
  join(value: T, criticality: Criticality): Place<T> | undefined {
    if (this.length >= this.bound) return undefined
    this.#first ??= [undefined, undefined, undefined, undefined, undefined]
    const before = this.#last[criticality]
    const place: Place<T> = { value, criticality, before, after: undefined, isTaken: true }
    if (before === undefined) this.#first[criticality] = place
    else before.after = place
    this.#last[criticality] = place
    this.length++
    return place
  }

  /** False when it was left before. */
  leave(place: Place<T>): boolean {
    if (!place.isTaken || this.#first === undefined) return false
    const { before, after, criticality } = place
    if (before === undefined) this.#first[criticality] = after
    else before.after = after
    if (after === undefined) this.#last[criticality] = before
    else after.before = before
    place.isTaken = false
    place.before = place.after = undefined
    this.length--
    return true
  }

  /** Whose turn it is, left in. */
  peek(): T | undefined {
    return this.#foremost()?.value
  }

  /** Whose turn it is, taken out. */
  next(): T | undefined {
    const place = this.#foremost()
    return place && this.#takenOut(place)
  }

  /** Whoever loses least by leaving for a more critical newcomer, taken out: the last to come. */
  displacedBy(criticality: Criticality): T | undefined {
    for (let level = 0; level < criticality; level++) {
      const place = this.#last[level]
      if (place !== undefined) return this.#takenOut(place)
    }
    return undefined
  }

  #foremost(): Place<T> | undefined {
    if (this.length === 0) return undefined
    for (let level = 4; level >= 0; level--) {
      const place = this.#first?.[level]
      if (place !== undefined) return place
    }
    return undefined
  }

  #takenOut(place: Place<T>): T {
    this.leave(place)
    return place.value
  }
}

export interface Place<T> {
  readonly value: T
  readonly criticality: Criticality
  before: Place<T> | undefined
  after: Place<T> | undefined
  isTaken: boolean
}
