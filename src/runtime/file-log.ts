import { join } from 'node:path'
import pino from 'pino'
import type { Clock } from './clock.ts'
import { safeFields } from './log-fields.ts'
import { peopleLine } from './log-line.ts'
import type { Log, LogFields, LogLevel } from './log.ts'
import { RollingFile } from './rolling-file.ts'

/**
 * The log in files, one JSON object a line: `app.log` (everything from `level` up), `error.log`
 * (errors), `performance.log` (measurements, which are in no other file, whatever the level).
 *
 * What holds: a call never waits and never throws; `time` is the clock's UTC milliseconds; fields
 * whose name says secret are covered (see `log-fields.ts`). With `console`, the lines of `app.log`
 * also go, made readable, to that writer.
 */
export interface FileLog extends Log {
  /** Lines lost because the disk could not keep up or failed. */
  readonly dropped: number
  /** For the last words of a crash: everything logged is with the system when this returns. */
  flushSync(): void
  /** Resolves when every line is written. What is logged later is lost. */
  close(): Promise<void>
}

export interface FileLogOptions {
  readonly folder: string
  readonly level: LogLevel
  readonly clock: Clock
  readonly console?: (line: string) => void
  /** Of each file, before it is rolled. */
  readonly maxBytes?: number
  /** Of each name: the current one and the old ones. */
  readonly maxFiles?: number
}

export function createFileLog(options: FileLogOptions): FileLog {
  const { folder, level, clock, console = nowhere } = options
  const { maxBytes = 10 * 2 ** 20, maxFiles = 5 } = options
  const onTrouble = (error: Error) => console(`${error.message}\n`)
  const roll = (name: string) =>
    new RollingFile({ path: join(folder, name), maxBytes, maxFiles, onTrouble })
  const files = [roll('app.log'), roll('error.log'), roll('performance.log')] as const
  const [app, errors, measurements] = files
  const settings: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: () => `,"time":${clock.now()}`,
    formatters: { level: (label) => ({ level: label }) },
    messageKey: 'message',
  }
  const lines = pino(settings, {
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    write(line: string) {
      app.write(line)
      if (this.lastLevel >= pino.levels.values['error']!) errors.write(line)
      if (console !== nowhere) console(peopleLine(line))
    },
  } as pino.DestinationStream & { lastLevel: number })
  const figures = pino({ ...settings, level: 'info' }, measurements)
  return {
    ...logOn(lines, figures),
    get dropped() {
      return files.reduce((sum, file) => sum + file.dropped, 0)
    },
    flushSync() {
      for (const file of files) file.flushSync()
    },
    async close() {
      await Promise.all(files.map((file) => file.close()))
    },
  }
}

function logOn(lines: pino.Logger, figures: pino.Logger): Log {
  return {
    debug(fields, message) {
      if (lines.isLevelEnabled('debug')) lines.debug(safe(fields), message)
    },
    info(fields, message) {
      if (lines.isLevelEnabled('info')) lines.info(safe(fields), message)
    },
    warn(fields, message) {
      if (lines.isLevelEnabled('warn')) lines.warn(safe(fields), message)
    },
    error: (fields, message) => lines.error(safe(fields), message),
    performance: (fields, message) => figures.info(safe(fields), message),
    child: (fields) => logOn(lines.child(safe(fields)), figures.child(safe(fields))),
  }
}

/** Fields are anybody's objects: a getter may throw, and a log call may not. */
function safe(fields: LogFields): LogFields {
  try {
    return safeFields(fields)
  } catch (cause) {
    return { unloggable: String(cause) }
  }
}

function nowhere(): void {}
