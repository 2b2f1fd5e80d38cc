import { checkPaperRun, PaperRun } from '../app/index.ts'
import { fileDisk, type Process, systemNetwork, systemRuntime } from '../runtime/index.ts'
import { checkAddress, createServer } from '../server/index.ts'
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
  try {
    const view = await run.start()
    server = createServer({ ...runtime, view, webRoot })
    const { url } = await server.listen({ host: values.apiHost, port: values.apiPort })
    const startMs = Math.round(process.upMs())
    runtime.log.info({ url, startMs, strategy: chosen.strategy.name }, 'Genesis is up')
    process.write(`Genesis ${version} trades ${chosen.strategy.name} on paper: ${url}\n`)
    const signal = await stopped
    runtime.log.info({ signal }, 'stopping')
  } finally {
    await server?.close()
    await run.stop()
    await runtime.closeLog()
  }
  return 0
}

function untilStopped(process: Process): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      const undo = process.onSignal(signal, () => {
        // A second signal ends the process at once.
        undo()
        resolve(signal)
      })
    }
  })
}
