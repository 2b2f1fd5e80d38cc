/** Takes a share of what comes by counting, not by chance, as the dispatcher's throttle does. */
export class ShareTaker {
  #owed = 0

  takes(share: number): boolean {
    this.#owed += share
    if (this.#owed < 1 - ROUNDING) return false
    this.#owed -= 1
    return true
  }
}

const ROUNDING = 1e-9
