import { assert } from '../runtime/index.ts'

/**
 * One value a key (a policy an endpoint, a limiter an account), made when first asked for, of
 * which at most `keysMax` are remembered: keys often come from outside.
 *
 * What holds: never more than `keysMax` values; the key asked for longest ago leaves first, but
 * not one in use while, among the first few, another is not: forgetting an open circuit or calls
 * under way would undo what they are for. When all are in use the oldest leaves all the same.
 */
export class Keyed<V> {
  readonly keysMax: number
  evicted = 0
  /** Oldest first: asking for a key moves it to the end. */
  readonly #values = new Map<string, V>()
  readonly #make: (key: string) => V
  readonly #isInUse: (value: V) => boolean
  readonly #onEvicted: ((value: V) => void) | undefined
  #last: string | undefined = undefined

  constructor(options: KeyedOptions<V>) {
    const { make, keysMax = keysMaxDefault, isInUse = () => false, onEvicted } = options
    const isCount = Number.isInteger(keysMax) && keysMax >= 1 && keysMax <= 1_000_000
    assert(isCount, `keysMax is a whole number from 1 to 1000000, not ${keysMax}`)
    this.keysMax = keysMax
    this.#make = make
    this.#isInUse = isInUse
    this.#onEvicted = onEvicted
  }

  get size(): number {
    return this.#values.size
  }

  get(key: string): V {
    const known = this.#values.get(key)
    if (known === undefined) return this.#add(key)
    if (key !== this.#last) {
      this.#values.delete(key)
      this.#values.set(key, known)
      this.#last = key
    }
    return known
  }

  /** Neither makes it nor counts as asking for it. */
  peek(key: string): V | undefined {
    return this.#values.get(key)
  }

  /** Oldest first. */
  entries(): IterableIterator<[string, V]> {
    return this.#values.entries()
  }

  #add(key: string): V {
    const made = this.#make(key)
    if (this.#values.size >= this.keysMax) this.#evict()
    this.#values.set(key, made)
    this.#last = key
    return made
  }

  /** Looks at a few only, so that adding a key costs the same however many are in use. */
  #evict(): void {
    let oldest: string | undefined
    let looked = 0
    for (const [key, value] of this.#values) {
      oldest ??= key
      if (!this.#isInUse(value)) {
        oldest = key
        break
      }
      if (++looked === looksMax) break
    }
    const value = oldest === undefined ? undefined : this.#values.get(oldest)
    if (oldest === undefined || value === undefined) return
    this.#values.delete(oldest)
    this.evicted++
    this.#onEvicted?.(value)
  }
}

export interface KeyedOptions<V> {
  readonly make: (key: string) => V
  /** Default 1000. */
  readonly keysMax?: number | undefined
  /** Whether forgetting it would lose something. */
  readonly isInUse?: ((value: V) => boolean) | undefined
  readonly onEvicted?: ((value: V) => void) | undefined
}

export const keysMaxDefault = 1_000

const looksMax = 32
