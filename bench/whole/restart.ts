import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileDisk, processPort, systemRuntime } from 'genesis/runtime'
import { demoStrategy, type Strategy } from 'genesis/trading'
import type { PaperRunOptions } from '../../src/app/index.ts'
import type { Row } from '../row.ts'
import { PaperRun, resolveConfig } from './parts/built-app.ts'
import { GenesisProcess, withFolder } from './parts/genesis-process.ts'
import { twoAverages } from './parts/two-averages.ts'
import { writeRun } from './parts/written-run.ts'

/**
 * A paper run whose journal holds a million events, started again from the real disk: from the
 * journal alone, and from a checkpoint 1,000 events before the end. Twice, for it is orders that
 * cost: with an order in 100 bars, and with the demo, of whose events most are orders. The
 * strategy's and the risk gate's every decision is made again, so that none is lost.
 *
 * The last rows are of the real process on the demo's data.
 */
const EVENTS = 1_000_000
const CHECKPOINT_AT = EVENTS - 1_000

export async function run(): Promise<Row[]> {
  return [
    ...(await restarts('1 order in 100 bars', {
      strategy: twoAverages,
      parameters: { share: 0.3 },
      source: 'benchmark',
      targets: ['<= 2000', '<= 200'],
    })),
    ...(await restarts('the demo', {
      strategy: demoStrategy,
      parameters: {},
      source: `demo ${version}`,
      process: true,
    })),
  ]
}

interface Subject {
  readonly strategy: Strategy
  readonly parameters: PaperRunOptions['settings']['parameters']
  readonly source: string
  readonly targets?: readonly [journal: string, checkpoint: string]
  /** Whether the real process is to be started on it too. */
  readonly process?: boolean
}

async function restarts(what: string, subject: Subject): Promise<Row[]> {
  return withFolder(async (folder) => {
    const { values } = resolveConfig({ flags: {}, environment: {}, file: null })
    const { strategy, source, parameters } = subject
    const settings = { ...values, parameters, dataFolder: join(folder, 'data') }
    const run = { settings, strategy, source }
    await writeRun(fileDisk(), run, { events: EVENTS, checkpointAt: CHECKPOINT_AT })

    const elsewhere = { ...settings, checkpointFolder: join(folder, 'none') }
    const journal = await recover({ ...run, settings: elsewhere })
    const checkpoint = await recover(run)
    if (journal.stateHash !== checkpoint.stateHash || checkpoint.replayed > EVENTS / 500) {
      throw new Error(`${what}: the two ways do not lead to the same state`)
    }
    const rows = [
      row(`journal alone, ${what}`, journal.ms, subject.targets?.[0]),
      row(`recent checkpoint, ${what}`, checkpoint.ms, subject.targets?.[1]),
    ]
    if (subject.process !== true) return rows
    const alone = await processStart(folder, { CHECKPOINT_DIR: join(folder, 'none too') })
    const recent = await processStart(folder, {})
    return [
      ...rows,
      row('process, spawn to state rebuilt, journal alone', alone),
      row('process, spawn to state rebuilt, recent checkpoint', recent),
    ]
  })
}

function row(name: string, ms: number, target?: string): Row {
  const figure = { name, value: Math.round(ms), unit: 'ms' }
  return target === undefined ? figure : { ...figure, target }
}

/** Opens the journal and rebuilds all state, as the first part of every start. */
async function recover(of: Parameters<typeof writeRun>[1]) {
  const runtime = await systemRuntime({ seed: 'benchmark' })
  const run = new PaperRun({ ...of, runtime, process: processPort(), version })
  const start = performance.now()
  const { report, stateHash } = await run.recover()
  const ms = performance.now() - start
  // Leaves a checkpoint of the end.
  await run.stop()
  return { ms, stateHash, replayed: report.replayed }
}

async function processStart(
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<number> {
  await rm(join(folder, 'logs'), { recursive: true, force: true })
  const genesis = new GenesisProcess(folder, environment)
  try {
    await genesis.up()
  } finally {
    await genesis.stop()
  }
  // Not to the page: the exchange of the real process knows none of these orders and is asked.
  return genesis.logged('app.log', 'state rebuilt').time - genesis.spawnedAt
}

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string }
