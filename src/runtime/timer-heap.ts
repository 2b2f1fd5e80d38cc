import type { Timer } from './clock.ts'

/**
 * Timers in order of (due, creation): a binary heap in which each timer knows its place, so that
 * cancelling is O(log n) and leaves nothing behind.
 */
export class TimerHeap {
  readonly #heap: HeapTimer[] = []
  #created = 0

  get length(): number {
    return this.#heap.length
  }

  get first(): HeapTimer | undefined {
    return this.#heap[0]
  }

  add(due: number, run: () => void): HeapTimer {
    const timer: HeapTimer = {
      due,
      order: this.#created++,
      place: this.#heap.length,
      run,
      cancel: () => this.#remove(timer),
    }
    this.#heap.push(timer)
    this.#rise(timer)
    return timer
  }

  removeFirst(): void {
    const first = this.#heap[0]
    if (first !== undefined) this.#remove(first)
  }

  #remove(timer: HeapTimer): void {
    if (timer.place < 0) return
    const last = this.#heap.pop() as HeapTimer
    if (last !== timer) {
      this.#put(last, timer.place)
      this.#rise(last)
      this.#sink(last)
    }
    timer.place = -1
  }

  #rise(timer: HeapTimer): void {
    while (timer.place > 0) {
      const parent = this.#heap[(timer.place - 1) >> 1] as HeapTimer
      if (!isBefore(timer, parent)) return
      this.#swap(timer, parent)
    }
  }

  #sink(timer: HeapTimer): void {
    for (;;) {
      const left = this.#heap[2 * timer.place + 1]
      const right = this.#heap[2 * timer.place + 2]
      const child = left && right && isBefore(right, left) ? right : left
      if (child === undefined || !isBefore(child, timer)) return
      this.#swap(timer, child)
    }
  }

  #swap(one: HeapTimer, other: HeapTimer): void {
    const place = one.place
    this.#put(one, other.place)
    this.#put(other, place)
  }

  #put(timer: HeapTimer, place: number): void {
    this.#heap[place] = timer
    timer.place = place
  }
}

export interface HeapTimer extends Timer {
  readonly due: number
  readonly order: number
  readonly run: () => void
  /** Index in the heap; -1 once out of it. */
  place: number
}

function isBefore(one: HeapTimer, other: HeapTimer): boolean {
  return one.due < other.due || (one.due === other.due && one.order < other.order)
}
