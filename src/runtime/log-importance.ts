import type { LogLevel } from './log.ts'

/**
 * How much is lost when a line is not told: its level, one step up when it is about an essential
 * component. Under pressure the lowest go first; the highest never do.
 */
export type LogImportance = 0 | 1 | 2 | 3 | 4

const ofLevel: Record<LogLevel, LogImportance> = { debug: 0, info: 1, warn: 2, error: 3 }

/** Never left out: errors of essential components. */
export const UNDROPPABLE: LogImportance = 4

export function logImportance(level: LogLevel, essential: boolean): LogImportance {
  const plain = ofLevel[level]
  return essential ? ((plain + 1) as LogImportance) : plain
}
