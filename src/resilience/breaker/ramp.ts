/**
 * Lets a share of the calls through, evenly: of 25 % every fourth. A few in each step pass anyway,
 * so that a quiet client need not refuse nineteen callers for the sake of a twentieth.
 */
export class Ramp {
  #step = 0
  #passed = 0
  #credit = 0

  admits(step: number, percent: number): boolean {
    if (step !== this.#step) {
      this.#step = step
      this.#passed = 0
      this.#credit = 0
    }
    this.#credit += percent
    if (this.#credit >= 100) this.#credit -= 100
    else if (this.#passed >= anywayPassing) return false
    this.#passed++
    return true
  }
}

const anywayPassing = 3
