import { type Clock, GenesisError, type Timer } from '../../runtime/index.ts'
import type { RestoreReport } from '../restore-report.ts'
import { RestoreAbort } from './restore-abort.ts'
import type { SupervisedChild } from './supervised-child.ts'
import type { Supervised } from './supervised.ts'

/**
 * Components that are being brought back together: first they wait, then they are restored, by a
 * deadline. Dismissed, it does nothing more and its result is not heard: another fault has put
 * its members into a new one.
 */
export class RestoreCohort {
  readonly members: readonly SupervisedChild[]
  /** Whose fault it counts as when this fails: first the one that began it. */
  culprit: SupervisedChild
  readonly #clock: Clock
  readonly #abort = new RestoreAbort()
  #timer: Timer | null = null

  constructor(clock: Clock, members: readonly SupervisedChild[], culprit: SupervisedChild) {
    this.#clock = clock
    this.members = members
    this.culprit = culprit
  }

  get names(): readonly string[] {
    return this.members.map(({ name }) => name)
  }

  wait(delayMs: number, then: () => void): void {
    this.#timer = this.#clock.after(delayMs, then)
  }

  dismiss(reason: string): void {
    this.#timer?.cancel()
    this.#abort.abort(new GenesisError('stopped', `the restoration was given up: ${reason}`))
  }

  /** Restores everybody; the answer comes once, by the deadline, and never after `dismiss`. */
  restore(
    restoreTogether: RestoreTogether | undefined,
    deadlineMs: number,
    answer: (reports: readonly RestoreReport[] | null, error: unknown) => void,
  ): void {
    const abort = this.#abort
    this.#timer = this.#clock.after(deadlineMs, () => {
      const sentence = `${this.names.join(', ')} took more than ${deadlineMs} ms to be restored`
      const error = new GenesisError('timeout', sentence)
      this.#abort.abort(error)
      answer(null, error)
    })
    let isSettled = false
    const settle = (reports: readonly RestoreReport[] | null, error: unknown) => {
      if (abort.aborted || isSettled) return
      isSettled = true
      this.#timer?.cancel()
      answer(reports, error)
    }
    abort.onRestored = (reports) => reports.length === this.members.length && settle(reports, null)
    this.#run(restoreTogether, abort).then(
      (reports) => settle(reports, null),
      (error: unknown) => settle(null, error),
    )
  }

  async #run(
    restoreTogether: RestoreTogether | undefined,
    abort: RestoreAbort,
  ): Promise<readonly RestoreReport[]> {
    if (this.members.length > 1 && restoreTogether) {
      return restoreTogether(
        this.members.map(({ supervised }) => supervised),
        abort,
      )
    }
    const reports: RestoreReport[] = []
    for (const member of this.members) {
      this.culprit = member
      reports.push(await member.supervised.restore(abort))
      abort.throwIfAborted()
    }
    return reports
  }
}

/** Restores components that look into each other, event by event; one report for each. */
export type RestoreTogether = (
  members: readonly Supervised[],
  abort: RestoreAbort,
) => Promise<readonly RestoreReport[]>
