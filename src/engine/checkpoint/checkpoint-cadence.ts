/**
 * When the next checkpoint is due: after so much time or so many events, whichever is first. The
 * mode's factor divides both: 2 makes it twice as often. Without a new event never, and never
 * sooner after the last attempt than a twentieth of the time, so that neither a flood of events
 * nor a failing disk makes a checkpoint the only thing there is to do.
 */
export interface CheckpointCadence {
  readonly everyMs: number
  readonly everyEvents: number
}

export interface SinceCheckpoint {
  readonly factor: number
  /** Events since the last checkpoint that was saved. */
  readonly events: number
  /** Since the last checkpoint that was saved, or the start. */
  readonly savedMs: number
  /** Since the last attempt, or the start. */
  readonly triedMs: number
}

export function checkpointDue(cadence: CheckpointCadence, since: SinceCheckpoint): boolean {
  const everyMs = cadence.everyMs / since.factor
  const everyEvents = cadence.everyEvents / since.factor
  if (since.events === 0 || since.triedMs < everyMs / GAP_SHARE) return false
  return since.savedMs >= everyMs || since.events >= everyEvents
}

const GAP_SHARE = 20
