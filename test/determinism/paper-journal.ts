/** The whole paper run on virtual time, for comparing journals by their hash. */
import { PaperRun, resolveConfig } from '../../src/app/index.ts'
import { verifyJournal } from '../../src/journal/index.ts'
import { simulatedRuntime } from '../../src/runtime/index.ts'
import { demoStrategy } from '../../src/trading/index.ts'

const START = Date.UTC(2026, 0, 5)
const { values: settings } = resolveConfig({ flags: {}, environment: {}, file: null })

/** The demo on virtual time, whole: its journal's hash and how much is in it. */
export async function paperJournal(
  seed: string,
  virtualMs: number,
): Promise<{ readonly sha256: string; readonly records: number }> {
  const runtime = simulatedRuntime({ seed, startTime: START })
  const { clock, disk } = runtime
  const process = {
    pid: 1,
    identityOf: () => 'me',
    upMs: () => 0,
    memory: () => ({ residentBytes: 0, heapUsedBytes: 0, externalBytes: 0 }),
  }
  const strategy = { strategy: demoStrategy, source: 'demo' }
  const run = new PaperRun({ runtime, process, settings, ...strategy, version: 'test' })
  const starting = run.start()
  await clock.advance(1_000)
  await starting
  await clock.advance(virtualMs)
  const stopping = run.stop()
  await clock.advance(1_000)
  await stopping
  const { verdict, sha256, records } = await verifyJournal({ disk, folder: 'data/journal' })
  return { sha256: verdict === 'clean' ? sha256 : verdict, records }
}
