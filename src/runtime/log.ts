/**
 * Structured logging as an argument. A log call never throws and never waits.
 *
 * `fields` come first so that a message stays a constant sentence that can be searched for.
 */
export interface Log {
  debug(fields: LogFields, message: string): void
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
  /** A measurement for `logs/performance.log`. */
  performance(fields: LogFields, message: string): void
  /** A log that adds `fields` to every line. */
  child(fields: LogFields): Log
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

export type LogFields = Readonly<Record<string, unknown>>

/** Says nothing: for tests and for back-tests. */
export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  performance() {},
  child: () => silentLog,
}
