import type { Clock, Process, ProcessCopy, ProcessEnd, ProcessSignal } from '../runtime/index.ts'
import { CRASHES_MAX, firstLife, GAVE_UP, restartPlan, WITHIN_MS } from './restart-plan.ts'

/**
 * `--auto-restart`: a parent that does nothing but keep its copy running.
 *
 * What holds: at most one copy lives; signals to stop are passed on, and after the first nothing
 * is started again; a copy that was up and gave no sign of life for `BEATS_MISSED_MAX` beats hangs,
 * and one that did not stop within `STOP_WITHIN_MS` never will: both are killed, which loses
 * nothing; the exit code is the copy's last one. When the parent is killed its copy stops itself.
 */
export async function keepRunning(options: KeepRunningOptions): Promise<number> {
  const { process, clock } = options
  const stop = new Stop()
  const undo = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) =>
    process.onSignal(signal, () => stop.hear(signal)),
  )
  const say = (sentence: string) => process.writeError(`genesis: ${sentence}\n`)
  try {
    let state = firstLife
    for (let restarts = 0; ; restarts++) {
      const startedMs = clock.monotonicMs()
      const { end, wasUp } = await oneLife(process.startCopy(restarts), { clock, stop, say })
      if (stop.asked) return codeOf(end)
      const nowMs = clock.monotonicMs()
      const plan = restartPlan(state, { end, wasUp, nowMs, livedMs: nowMs - startedMs })
      if (plan.is === 'over') {
        if (plan.why !== null) say(plan.why)
        return plan.code
      }
      const { afterMs } = plan
      const count = `${plan.state.crashes.length} of ${CRASHES_MAX} in ${WITHIN_MS / 60_000} min`
      say(`${told(end)}; started again in ${afterMs / 1_000} s (${count})`)
      await clock.sleep(afterMs, stop.signal).catch(() => undefined)
      if (stop.asked) return 0
      state = plan.state
    }
  } finally {
    for (const each of undo) each()
  }
}

export interface KeepRunningOptions {
  readonly process: Pick<Process, 'startCopy' | 'onSignal' | 'writeError'>
  readonly clock: Clock
}

async function oneLife(
  copy: ProcessCopy,
  { clock, stop, say }: { clock: Clock; stop: Stop; say: (sentence: string) => void },
): Promise<{ end: ProcessEnd; wasUp: boolean }> {
  let wasUp = false
  // Beats of ours without one of its: time that we ourselves were stopped does not count.
  let missed = 0
  let stopMs = 0
  copy.onBeat(() => {
    wasUp = true
    missed = 0
  })
  const watch = clock.every(BEAT_EVERY_MS, () => {
    if (wasUp && !stop.asked && ++missed === BEATS_MISSED_MAX) {
      say(`no sign of life for ${missed} s: the process hangs and is killed`)
      copy.signal('SIGKILL')
    }
    if (stop.asked) stopMs += BEAT_EVERY_MS
    if (stopMs === STOP_WITHIN_MS) {
      say(`it did not stop within ${STOP_WITHIN_MS / 1_000} s and is killed`)
      copy.signal('SIGKILL')
    }
  })
  stop.passOnTo(copy)
  const end = await copy.ended
  watch.cancel()
  stop.passOnTo(null)
  return { end, wasUp }
}

/** The wish to stop: passed on to the copy that lives, and remembered when none does. */
class Stop {
  asked = false
  readonly #abort = new AbortController()
  #copy: ProcessCopy | null = null

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  hear(signal: ProcessSignal): void {
    this.asked = true
    this.#abort.abort()
    this.#copy?.signal(signal)
  }

  passOnTo(copy: ProcessCopy | null): void {
    this.#copy = copy
  }
}

function told(end: ProcessEnd): string {
  if (end.by === 'no-start') return `the process could not be started: ${end.reason}`
  return end.by === 'signal'
    ? `the process was ended by ${end.signal}`
    : `the process ended with code ${end.code}`
}

function codeOf(end: ProcessEnd): number {
  if (end.by === 'exit') return end.code
  // As shells tell it: a second signal ends the copy at once.
  const number = end.by === 'signal' ? signalNumbers[end.signal] : undefined
  return number === undefined ? GAVE_UP : 128 + number
}

const signalNumbers: Record<string, number> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }

export const BEAT_EVERY_MS = 1_000
const BEATS_MISSED_MAX = 60
const STOP_WITHIN_MS = 60_000
