import { fileDisk } from './file-disk.ts'
import { ImportanceLog, type LogVolume, silentVolume } from './importance-log.ts'
import { type LogLevel, silentLog } from './log.ts'
import type { Runtime } from './runtime.ts'
import { systemClock } from './system-clock.ts'
import { systemNetwork } from './system-network.ts'
import { systemResources } from './system-resources.ts'
import { systemWorkers } from './system-workers.ts'
import { createRandom } from './xoshiro-random.ts'

/**
 * The runtime of a real process. The file log, and pino with it, is loaded only when a folder for
 * logs is given; it is filtered by importance.
 */
export interface SystemRuntime extends Runtime {
  /** How much of the log is told: turned down under pressure. */
  readonly logVolume: LogVolume
  /** For the last words of a crash. */
  flushLogSync(): void
  closeLog(): Promise<void>
}

export interface SystemRuntimeOptions {
  readonly seed: number | string
  /** Without one, nothing is logged. */
  readonly logFolder?: string
  readonly logLevel?: LogLevel
  /** Gets the lines of `app.log`, made readable: usually `processPort().writeError`. */
  readonly consoleLog?: (line: string) => void
}

export async function systemRuntime(options: SystemRuntimeOptions): Promise<SystemRuntime> {
  const clock = systemClock()
  const parts = {
    clock,
    random: createRandom(options.seed),
    disk: fileDisk(),
    network: systemNetwork(),
    workers: systemWorkers(),
    resources: systemResources(clock),
  }
  const { logFolder, logLevel = 'info', consoleLog } = options
  if (logFolder === undefined) {
    const silent = { log: silentLog, logVolume: silentVolume }
    return { ...parts, ...silent, flushLogSync() {}, closeLog: async () => undefined }
  }
  const { createFileLog } = await import('./file-log.ts')
  const console = consoleLog === undefined ? {} : { console: consoleLog }
  const files = createFileLog({ folder: logFolder, level: logLevel, clock, ...console })
  const log = new ImportanceLog({ log: files, level: logLevel, clock })
  return {
    ...parts,
    log,
    logVolume: log,
    flushLogSync() {
      log.flush()
      files.flushSync()
    },
    closeLog() {
      log.close()
      return files.close()
    },
  }
}
