import type { Clock, Timer } from './clock.ts'
import { LogBudget } from './log-budget.ts'
import { type LogImportance, logImportance, UNDROPPABLE } from './log-importance.ts'
import type { Log, LogFields, LogLevel } from './log.ts'
import { RepeatFolder } from './repeat-folder.ts'

/**
 * A log around a log that never says too much and never hides what matters.
 *
 * What holds: an error of an essential component is told, every one, as it is; of other lines
 * that repeat (same component, level, message and kind of error) the first few in a window are
 * told and the rest counted ("again 412 times in 10 s"); lines below the least importance, beyond
 * their share, or beyond a second's budget are left out, least important first, and counted:
 * what came in is told, folded or left out, and the log itself says how many were. The same lines
 * at the same times are told the same way: there is no chance in it.
 *
 * Whose fields say `essential: true` (a component's child log, or one line) is essential.
 */
export class ImportanceLog implements Log, LogVolume {
  readonly counts: LogCounts = { told: 0, folded: 0, leftOut: [0, 0, 0, 0, 0] }
  readonly #options: Required<ImportanceLogOptions>
  readonly #folder: RepeatFolder<Line>
  readonly #budget: LogBudget
  readonly #root: Log
  #leastImportance: LogImportance = 0
  #leftOut = 0
  #timer: Timer | null = null
  #closed = false

  constructor(options: ImportanceLogOptions) {
    const { windowMs = 10_000, toldEach = 5, keysMax = 1_000 } = options
    const { linesPerSecond = 500, level = 'debug' } = options
    this.#options = { ...options, windowMs, toldEach, keysMax, linesPerSecond, level }
    this.#budget = new LogBudget(linesPerSecond, options.clock.monotonicMs())
    this.#folder = new RepeatFolder({
      toldEach,
      windowMs,
      keysMax,
      onSum: (last, again, overMs) => this.#tellSum(last, again, overMs),
    })
    this.#root = this.#view(options.log, {})
  }

  debug(fields: LogFields, message: string): void {
    this.#root.debug(fields, message)
  }

  info(fields: LogFields, message: string): void {
    this.#root.info(fields, message)
  }

  warn(fields: LogFields, message: string): void {
    this.#root.warn(fields, message)
  }

  error(fields: LogFields, message: string): void {
    this.#root.error(fields, message)
  }

  performance(fields: LogFields, message: string): void {
    this.#root.performance(fields, message)
  }

  child(fields: LogFields): Log {
    return this.#root.child(fields)
  }

  setVolume({ leastImportance, share }: LogVolumeSettings): void {
    if (leastImportance !== undefined) this.#leastImportance = leastImportance
    if (share !== undefined) this.#budget.share = share
  }

  /** Tells what was counted and not yet said: before a crash's last words, and at the end. */
  flush(): void {
    this.#folder.flush(this.#options.clock.monotonicMs())
    this.#tellLeftOut()
  }

  /** As `flush`; repeats are no longer folded after it, and no timer is left. */
  close(): void {
    this.#closed = true
    this.#timer?.cancel()
    this.#timer = null
    this.flush()
  }

  #view(log: Log, own: OwnFields): Log {
    const tell = (level: LogLevel, fields: LogFields, message: string) => {
      if (rank[level] < rank[this.#options.level]) return
      const essential = (fieldOf(fields, 'essential') ?? own.essential) === true
      const component = fieldOf(fields, 'component') ?? own.component
      this.#take({ log, level, fields, message }, logImportance(level, essential), component)
    }
    return {
      debug: (fields, message) => tell('debug', fields, message),
      info: (fields, message) => tell('info', fields, message),
      warn: (fields, message) => tell('warn', fields, message),
      error: (fields, message) => tell('error', fields, message),
      performance: (fields, message) => {
        if (this.#mayTell(MEASUREMENT)) log.performance(fields, message)
      },
      child: (fields) =>
        this.#view(log.child(fields), {
          component: fieldOf(fields, 'component') ?? own.component,
          essential: fieldOf(fields, 'essential') ?? own.essential,
        }),
    }
  }

  #take(line: Line, importance: LogImportance, component: unknown): void {
    const { clock } = this.#options
    if (importance < UNDROPPABLE && !this.#closed && importance >= this.#leastImportance) {
      const key = keyOf(line, component)
      if (!this.#folder.isTold(key, line, clock.monotonicMs())) {
        this.counts.folded++
        return this.#armTimer()
      }
    }
    if (this.#mayTell(importance)) line.log[line.level](line.fields, line.message)
  }

  #mayTell(importance: LogImportance): boolean {
    const isWanted = importance >= this.#leastImportance || importance === UNDROPPABLE
    if (isWanted && this.#budget.spend(importance, this.#options.clock.monotonicMs())) {
      this.counts.told++
      return true
    }
    this.counts.leftOut[importance]++
    this.#leftOut++
    this.#armTimer()
    return false
  }

  #tellSum({ log, level, fields, message }: Line, again: number, overMs: number): void {
    const times = again === 1 ? 'once' : `${again} times`
    const seconds = Math.max(1, Math.round(overMs / 1_000))
    log[level]({ ...fields, again, overMs }, `again ${times} in ${seconds} s: ${message}`)
  }

  #tellLeftOut(): void {
    if (this.#leftOut === 0) return
    const lines = this.#leftOut
    this.#leftOut = 0
    this.#options.log.warn({ lines }, 'log lines were left out by importance')
  }

  /** One timer while something is counted and not said; none in a quiet process. */
  #armTimer(): void {
    if (this.#timer !== null || this.#closed) return
    const { clock, windowMs } = this.#options
    this.#timer = clock.after(windowMs, () => {
      this.#timer = null
      this.#folder.sweep(clock.monotonicMs())
      this.#tellLeftOut()
      if (this.#folder.waiting > 0) this.#armTimer()
    })
  }
}

/** What modes and the resource monitor turn. */
export interface LogVolume {
  setVolume(settings: LogVolumeSettings): void
}

/** Of a log that says nothing. */
export const silentVolume: LogVolume = { setVolume() {} }

export interface LogVolumeSettings {
  /** Lines of less are left out. Errors of essential components never are. */
  readonly leastImportance?: LogImportance
  /** The part of the lines below errors that is told, 0 to 1. */
  readonly share?: number
}

export interface ImportanceLogOptions {
  readonly log: Log
  readonly clock: Clock
  /** What the inner log leaves out anyway, so that it is not counted here. Default `debug`. */
  readonly level?: LogLevel
  /** Default 500; also how many may be told at one moment. */
  readonly linesPerSecond?: number
  /** Of equal lines, in one window. Default 5. */
  readonly toldEach?: number
  /** Default 10 000. */
  readonly windowMs?: number
  /** Different lines remembered in one window. Default 1 000. */
  readonly keysMax?: number
}

export interface LogCounts {
  told: number
  /** Counted as repeats: told as a sum. */
  folded: number
  /** By importance. */
  readonly leftOut: [number, number, number, number, number]
}

interface Line {
  readonly log: Log
  readonly level: LogLevel
  readonly fields: LogFields
  readonly message: string
}

interface OwnFields {
  readonly component?: unknown
  readonly essential?: unknown
}

const rank: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 }

/** A measurement is worth what an info line is; it is not folded, for each is another figure. */
const MEASUREMENT: LogImportance = 1

function keyOf({ level, fields, message }: Line, component: unknown): string {
  const error = fieldOf(fields, 'err') ?? fieldOf(fields, 'error')
  const kind = fieldOf(error, 'code') ?? fieldOf(error, 'name')
  return [level, text(component), text(kind), message].join('|')
}

/** Fields are anybody's objects: a getter may throw, and a log call may not. */
function fieldOf(record: unknown, name: string): unknown {
  if (typeof record !== 'object' || record === null) return undefined
  try {
    return (record as Readonly<Record<string, unknown>>)[name]
  } catch (cause) {
    return typeof cause
  }
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? `${value}` : ''
}
