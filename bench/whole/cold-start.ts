import type { Row } from '../row.ts'
import { median } from '../summary.ts'
import { type GenesisProcess, sleep, withGenesis } from './parts/genesis-process.ts'

/**
 * The real process in an empty folder: from its spawn to the first events handled (journalled,
 * flushed, applied) and to the page being served, by the wall clock that parent and child share;
 * and what it holds in memory once it has run idle for a while with one strategy.
 */
const STARTS = 3
const IDLE_MS = 20_000

export async function run(): Promise<Row[]> {
  const starts: Start[] = []
  for (let count = 0; count < STARTS; count += 1) starts.push(await withGenesis(start))
  const memory = await withGenesis(idleMemory)
  const middle = (of: (start: Start) => number) => median(starts.map(of))
  const note = `of ${STARTS} starts; ${middle(({ upMs }) => upMs)} ms by the process's own clock`
  const rows: Row[] = [
    {
      name: 'spawn to first events handled',
      value: middle(({ handledMs }) => handledMs),
      unit: 'ms',
      target: '<= 700',
      note,
    },
    { name: 'spawn to page served', value: middle(({ pageMs }) => pageMs), unit: 'ms' },
  ]
  if (memory === null) return rows
  const name = `memory after ${IDLE_MS / 1000} s`
  return [...rows, { name, value: Math.round(memory), unit: 'MB', target: '<= 150' }]
}

async function start(genesis: GenesisProcess): Promise<Start> {
  await genesis.up()
  await genesis.stop()
  const connected = genesis.logged('performance.log', 'connected')
  const page = genesis.logged('app.log', 'Genesis is up')
  if (!(Number(connected['handled']) > 0)) throw new Error('no event was handled')
  return {
    handledMs: connected.time - genesis.spawnedAt,
    pageMs: page.time - genesis.spawnedAt,
    upMs: Number(connected['upMs']),
  }
}

async function idleMemory(genesis: GenesisProcess): Promise<number | null> {
  await genesis.up()
  await sleep(IDLE_MS)
  return genesis.residentMegabytes()
}

interface Start {
  readonly handledMs: number
  readonly pageMs: number
  readonly upMs: number
}
