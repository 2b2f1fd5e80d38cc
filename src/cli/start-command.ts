import { checkPaperRun, PaperRun } from '../app/index.ts'
import {
  fileDisk,
  type Process,
  systemClock,
  systemNetwork,
  systemRuntime,
  type Timer,
} from '../runtime/index.ts'
import { checkAddress, createServer } from '../server/index.ts'
import { BEAT_EVERY_MS, keepRunning } from './keep-running.ts'
import { type GivenSettings, settingsOf } from './settings-of.ts'
import { strategyFile } from './strategy-file.ts'
import { version } from './version.ts'
import { webRoot } from './web-root.ts'

/**
 * `genesis` and `genesis run`: runs until it is told to stop.
 *
 * What can be refused is refused before anything is written or traded: a run that nobody can look
 * at, for want of its port, must not begin.
 */
export async function startCommand(process: Process, given: GivenSettings): Promise<number> {
  const { values } = await settingsOf(process, fileDisk(), given)
  if (values.autoRestart && process.keeper === null) {
    return keepRunning({ process, clock: systemClock() })
  }
  const [chosen] = await Promise.all([
    strategyFile(fileDisk(), values.strategy),
    checkAddress(systemNetwork(), { host: values.apiHost, port: values.apiPort }),
  ])
  checkPaperRun(values, chosen.strategy)
  const runtime = await systemRuntime({
    seed: values.seed,
    logFolder: values.logFolder,
    logLevel: values.logLevel,
    consoleLog: (line) => process.writeError(line),
  })
  const stopped = untilStopped(process)
  process.onUncaught((error) => {
    runtime.log.error({ err: error }, 'uncaught error: the process ends')
    runtime.flushLogSync()
    void process.exit(70)
  })
  const run = new PaperRun({ runtime, process, settings: values, ...chosen, version })
  let server: ReturnType<typeof createServer> | null = null
  let beats: Timer | null = null
  try {
    const view = await run.start()
    server = createServer({ ...runtime, view, webRoot })
    const { url } = await server.listen({ host: values.apiHost, port: values.apiPort })
    const startMs = Math.round(process.upMs())
    const { keeper } = process
    if (keeper !== null) beats = runtime.clock.every(BEAT_EVERY_MS, () => keeper.beat())
    keeper?.beat()
    const { name } = chosen.strategy
    const life = { pid: process.pid, restarts: keeper?.restarts }
    runtime.log.info({ url, startMs, strategy: name, ...life }, 'Genesis is up')
    process.write(`Genesis ${version} trades ${name} on paper: ${url}\n`)
    const signal = await stopped
    runtime.log.info({ signal }, 'stopping')
  } finally {
    beats?.cancel()
    await server?.close()
    await run.stop()
    await runtime.closeLog()
  }
  return 0
}

function untilStopped(process: Process): Promise<string> {
  return new Promise((resolve) => {
    process.keeper?.onGone(() => resolve('its parent is gone'))
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      const undo = process.onSignal(signal, () => {
        // A second signal ends the process at once.
        undo()
        resolve(signal)
      })
    }
  })
}
