import { expect, test } from 'vitest'
import { verifyJournal } from '../journal/index.ts'
import { createRandom, type Disk, simulatedRuntime, SimulatedDisk } from '../runtime/index.ts'
import { demoStrategy } from '../trading/index.ts'
import { resolveConfig } from './config.ts'
import { PaperRun } from './paper-run.ts'
import { replayPaperRun } from './replay-paper-run.ts'

const { values: settings } = resolveConfig({ flags: {}, environment: {}, file: null })
const START = Date.UTC(2026, 0, 5)
const MINUTE = 60_000

/** The disk as one process sees it: a process holds its locks by the disk it was given. */
function inProcess(disk: SimulatedDisk): Disk {
  return new Proxy<Disk>(disk, {
    get(target, name: keyof Disk) {
      return target[name].bind(target)
    },
  })
}

function optionsOf(seed: string, disk: SimulatedDisk, startTime: number, pid = 1) {
  const runtime = { ...simulatedRuntime({ seed, startTime }), disk: inProcess(disk) }
  const process = {
    pid,
    identityOf: (other: number) => (other === pid ? 'me' : undefined),
    upMs: () => 0,
    memory: () => ({ residentBytes: 0, heapUsedBytes: 0, externalBytes: 0 }),
  }
  return { runtime, process, settings, strategy: demoStrategy, source: 'demo', version: 'test' }
}

/** Virtual minutes of the demo, then a polite stop. */
async function runFor(options: ReturnType<typeof optionsOf>, minutes: number) {
  const { clock } = options.runtime
  const run = new PaperRun(options)
  const starting = run.start()
  // An order whose fate is unknown is asked about more than once.
  await clock.advance(5_000)
  const view = await starting
  await clock.advance(minutes * MINUTE)
  return { run, view, clock }
}

async function stopped(run: PaperRun, clock: ReturnType<typeof simulatedRuntime>['clock']) {
  const stopping = run.stop()
  await clock.advance(1_000)
  await stopping
}

const journal = (disk: SimulatedDisk) => verifyJournal({ disk, folder: 'data/journal' })

test('the demo trades on its own, in several symbols, with both kinds of orders', async () => {
  const disk = new SimulatedDisk({ losesNothing: true })

  const { run, view, clock } = await runFor(optionsOf('demo', disk, START), 5)

  const fills = view.fills({ after: null, limit: 1_000, symbol: null })
  expect(fills.length).toBeGreaterThan(20)
  expect(new Set(fills.map(({ symbol }) => symbol)).size).toBe(3)
  expect(new Set(fills.map(({ liquidity }) => liquidity))).toEqual(new Set(['maker', 'taker']))
  expect(view.health()).toMatchObject({ status: 'ok', reasons: [] })
  await stopped(run, clock)
})

test('the same seed gives the same journal, byte for byte, and another seed another', async () => {
  const hashes: string[] = []

  for (const seed of ['one', 'one', 'two']) {
    const disk = new SimulatedDisk({ losesNothing: true })
    const { run, clock } = await runFor(optionsOf(seed, disk, START), 3)
    await stopped(run, clock)
    hashes.push((await journal(disk)).sha256)
  }

  expect(hashes[1]).toBe(hashes[0])
  expect(hashes[2]).not.toBe(hashes[0])
})

test('checkpoint and journal lead to the state that the journal alone leads to', async () => {
  const disk = new SimulatedDisk({ losesNothing: true })
  const first = await runFor(optionsOf('replay', disk, START), 4)
  await stopped(first.run, first.clock)

  const replayed = await replayPaperRun(optionsOf('replay', disk, START + 10 * MINUTE))
  const second = new PaperRun(optionsOf('replay', disk, START + 10 * MINUTE, 2))
  const recovered = await second.recover()

  expect(recovered.report.checkpointNumber).toBeGreaterThan(0)
  expect(recovered.stateHash).toBe(replayed.stateHash)
})

test('after a power cut at any moment the ledger and the exchange agree to the last digit', async () => {
  const random = createRandom('power cuts')
  const disk = new SimulatedDisk({ random: random.fork('disk') })
  let time = START
  let booked = 0

  for (let life = 1; life <= 12; life += 1) {
    const { runtime, ...rest } = optionsOf(`life ${life}`, disk, time, life)
    const { view, clock, run } = await runFor({ runtime, ...rest }, 1 + random.integer(2))
    const concerns = view.health().reasons
    const fills = view.fills({ after: null, limit: 1_000, symbol: null })
    expect(concerns).toEqual([])
    expect(fills.length).toBeGreaterThanOrEqual(booked)
    booked = fills.length
    disk.failAt(disk.operations + 1 + random.integer(40), 'power-off')
    await clock.advance(20_000)
    expect(view.mode().mode).toBe('EMERGENCY')
    // It cannot even remove its lock any more, and says so.
    const dying = Promise.allSettled([run.stop()])
    await clock.advance(1_000)
    expect((await dying)[0]).toMatchObject({ reason: { code: 'disk-failed' } })
    disk.crash(random.fork(`crash ${life}`))
    time = clock.now() + 1_000
  }

  const replayed = await replayPaperRun(optionsOf('last look', disk, time, 99))
  expect(booked).toBeGreaterThan(30)
  expect(replayed.lastNumber).toBeGreaterThan(100)
})
