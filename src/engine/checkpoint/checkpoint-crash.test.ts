import { expect, test } from 'vitest'
import {
  createRandom,
  type DiskFault,
  GenesisError,
  silentLog,
  SimulatedClock,
  SimulatedDisk,
} from '../../runtime/index.ts'
import { CheckpointManager } from './checkpoint-manager.ts'
import { CheckpointStore } from './checkpoint-store.ts'
import { journalOf } from './journal-fixture.ts'

const journal = journalOf('own', 50)
const clock = new SimulatedClock()
const folder = 'kept'
const base = (() => {
  const random = createRandom('base')
  return Array.from({ length: 14_000 }, () => random.integer(1e9)).join()
})()

/** Two components: one long, of which a little changes up to number 4, and one short. */
const statesAt = (number: number) =>
  new Map([
    ['long', { version: 1, text: `[${base},${Math.min(number, 4)}]` }],
    ['short', { version: 1, text: `{"at":${number}}` }],
  ])

const generations = 2
const manager = (disk: SimulatedDisk) =>
  new CheckpointManager({ disk, clock, log: silentLog, folder, generations })

/** The numbers whose whole content is on the disk as it was saved. */
async function soundOn(disk: SimulatedDisk): Promise<number[]> {
  const store = new CheckpointStore({ disk, clock, folder })
  const sound: number[] = []
  for (const name of await store.list()) {
    const read = await store.read(name).catch((error: unknown) => {
      if (error instanceof GenesisError) return null
      throw error
    })
    if (read) expect([...read.states]).toEqual([...statesAt(read.number)])
    if (read) sound.push(read.number)
  }
  return sound
}

async function save(own: CheckpointManager, number: number): Promise<boolean> {
  try {
    const saved = await own.save(journal, { number, time: number, states: statesAt(number) })
    return saved.ok
  } catch (error) {
    if (!(error instanceof GenesisError)) throw error
    return false
  }
}

/**
 * Saves in two lives, then once more with a fault at its `step`-th operation, sometimes once more
 * without one, and then the power goes.
 */
async function history(fault: DiskFault, step: number, seed: number) {
  const random = createRandom(`${fault} ${step} ${seed}`)
  const disk = new SimulatedDisk({ random: random.fork('disk') })
  await save(manager(disk), 1)
  const own = manager(disk)
  for (const number of [2, 3]) await save(own, number)
  const before = await soundOn(disk)
  const start = disk.operations
  disk.failAt(start + step, fault)
  const saved = await save(own, 4)
  const operations = disk.operations - start
  const again = seed % 2 === 0 && fault !== 'power-off' && (await save(own, 5))
  disk.crash(random, [0, 0.5, 0.9, 1][seed % 4])
  const after = await soundOn(disk)
  const newest = await manager(disk).newest(journal)
  // A save that succeeds leaves as many as are to be kept, one that does not takes none.
  const least = again ? generations : before.length
  const reached = again ? 5 : saved ? 4 : 3
  return { least, reached, after, saved, newest: newest?.number ?? 0, operations, disk }
}

test.each(['power-off', 'io-error', 'disk-full', 'short-write', 'bit-flip'] as const)(
  'a %s at any step of a save leaves no fewer sound generations than there were',
  async (fault) => {
    let histories = 0
    let unsaved = 0
    const { operations: steps } = await history(fault, 1_000_000, 1)
    for (let step = 1; step <= steps; step += 1) {
      for (let seed = 0; seed < 4; seed += 1) {
        const { least, reached, after, saved, newest, disk } = await history(fault, step, seed)
        histories += 1
        if (!saved) unsaved += 1
        const told = `${fault} at ${step}, seed ${seed}`
        expect(after.length, told).toBeGreaterThanOrEqual(least)
        expect(newest, told).toBeGreaterThanOrEqual(reached)
        expect(await save(manager(disk), 9), told).toBe(true)
        expect((await manager(disk).newest(journal))?.number, told).toBe(9)
      }
    }
    console.log(`checkpoints, ${fault}: ${histories} histories, ${unsaved} did not save`)
    expect(histories).toBeGreaterThan(60)
  },
)
