import { assert } from './assert.ts'
import { naturalLog } from './deterministic-math.ts'
import type { Random, RandomState } from './random.ts'

/**
 * xoshiro128** 1.1 (David Blackman and Sebastiano Vigna, https://prng.di.unimi.it/), seeded with
 * splitmix32: a Weyl sequence of step 0x9e3779b9 (Steele, Lea and Flood, "Fast splittable
 * pseudorandom number generators") through the finaliser of MurmurHash3 (Austin Appleby).
 *
 * What holds: the numbers depend on the seed alone and are the same on every Node version;
 * `fork` neither reads nor moves the position. It is not for secrets.
 */
export function createRandom(seed: number | string): Random {
  return new XoshiroRandom(typeof seed === 'string' ? hash(0, seed) : seed)
}

const weylStep = 0x9e3779b9
const word = 2 ** 32

class XoshiroRandom implements Random {
  #seed = 0
  #a = 0
  #b = 0
  #c = 0
  #d = 0

  constructor(seed: number) {
    const inRange = Number.isSafeInteger(seed) && seed >= 0
    assert(inRange, `a seed is a whole number from 0 to 2^53 - 1, not ${seed}`)
    this.restore(expand(seed))
  }

  next(): number {
    return ((this.#word() >>> 5) * 0x4000000 + (this.#word() >>> 6)) / 2 ** 53
  }

  integer(below: number): number {
    assert(Number.isInteger(below) && below >= 1 && below <= word, 'integer() takes 1 to 2^32')
    // Words past the last whole multiple of `below` would favour small results: draw again.
    const limit = word - (word % below)
    let drawn = this.#word()
    while (drawn >= limit) drawn = this.#word()
    return drawn % below
  }

  exponential(mean: number): number {
    return -mean * naturalLog(1 - this.next())
  }

  /** Marsaglia's polar method; the second value is let go, so that the state stays four words. */
  normal(): number {
    for (;;) {
      const x = 2 * this.next() - 1
      const y = 2 * this.next() - 1
      const square = x * x + y * y
      if (square > 0 && square < 1) return x * Math.sqrt((-2 * naturalLog(square)) / square)
    }
  }

  fork(label: string): Random {
    return new XoshiroRandom(hash(this.#seed, label))
  }

  snapshot(): RandomState {
    return [this.#seed, this.#a >>> 0, this.#b >>> 0, this.#c >>> 0, this.#d >>> 0]
  }

  restore(state: RandomState): void {
    const [seed, a, b, c, d] = state
    assert((a | b | c | d) !== 0, 'the state of a generator is not all zero')
    this.#seed = seed
    this.#a = a | 0
    this.#b = b | 0
    this.#c = c | 0
    this.#d = d | 0
  }

  #word(): number {
    const b = this.#b
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9)
    const c = this.#c ^ this.#a
    const d = this.#d ^ b
    this.#b = b ^ c
    this.#a ^= d
    this.#c = c ^ (b << 9)
    this.#d = rotateLeft(d, 11)
    return result >>> 0
  }
}

/** A seed under 2^32 gives splitmix32's first four words; higher bits add a second stream. */
function expand(seed: number): RandomState {
  const low = seed % word
  const high = (seed - low) / word
  const at = (index: number) =>
    mix((low + weylStep * index) >>> 0) ^ (high === 0 ? 0 : mix((~high + weylStep * index) >>> 0))
  const [a, b, c, d] = [at(1), at(2), at(3), at(4)]
  return [
    seed,
    a === 0 && b === 0 && c === 0 && d === 0 ? weylStep : a >>> 0,
    b >>> 0,
    c >>> 0,
    d >>> 0,
  ]
}

/** 53 bits of seed and label: two FNV-1a-like lanes over the code units. */
function hash(seed: number, label: string): number {
  let one = (seed % word) ^ 0x811c9dc5
  let other = Math.floor(seed / word) ^ 0x5bd1e995
  for (let index = 0; index < label.length; index++) {
    const unit = label.charCodeAt(index)
    one = Math.imul(one ^ unit, 0x01000193)
    other = Math.imul(other ^ unit, 0x85ebca6b)
    other ^= other >>> 13
  }
  const low = mix((one ^ Math.imul(other, weylStep)) >>> 0)
  const high = mix((other ^ low ^ label.length) >>> 0)
  return (high & 0x1fffff) * word + low
}

function mix(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

function rotateLeft(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by))
}
