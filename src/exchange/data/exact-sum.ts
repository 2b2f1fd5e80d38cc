/** Adds any number of whole numbers below 2^53 exactly, at the speed of doubles. */
export class ExactSum {
  #large = 0n
  /** Always a safe whole number. */
  #small = 0

  add(value: number): void {
    const sum = this.#small + value
    if (Number.isSafeInteger(sum)) {
      this.#small = sum
    } else {
      this.#large += BigInt(this.#small) + BigInt(value)
      this.#small = 0
    }
  }

  /** A product may be beyond 2^53. */
  addProduct(a: number, b: number): void {
    const product = a * b
    if (Number.isSafeInteger(product)) this.add(product)
    else this.#large += BigInt(a) * BigInt(b)
  }

  get value(): bigint {
    return this.#large + BigInt(this.#small)
  }
}
