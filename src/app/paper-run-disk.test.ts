import { expect, test } from 'vitest'
import {
  createRandom,
  type Disk,
  type DiskFile,
  GenesisError,
  SimulatedDisk,
} from '../runtime/index.ts'
import { everything, PaperLife } from './paper-run-fixture.ts'

/** A disk that, once told to, refuses every change as a read-only mount does. */
class MountedDisk {
  readonly disk: Disk
  isReadOnly = false

  constructor(disk: Disk) {
    const refuse = (path: string) => {
      if (!this.isReadOnly) return
      throw new GenesisError('disk-failed', `cannot write ${path}: the file system is read-only`)
    }
    this.disk = {
      ...bound(disk),
      open: async (path, options) => guarded(path, await disk.open(path, options), refuse),
      replaceFile: async (path, bytes) => {
        refuse(path)
        return disk.replaceFile(path, bytes)
      },
    }
  }
}

function bound(disk: Disk): Disk {
  return {
    open: disk.open.bind(disk),
    readFile: disk.readFile.bind(disk),
    replaceFile: disk.replaceFile.bind(disk),
    exists: disk.exists.bind(disk),
    list: disk.list.bind(disk),
    makeFolder: disk.makeFolder.bind(disk),
    rename: disk.rename.bind(disk),
    remove: disk.remove.bind(disk),
    syncDirectory: disk.syncDirectory.bind(disk),
  }
}

function guarded(path: string, file: DiskFile, refuse: (path: string) => void): DiskFile {
  return {
    size: () => file.size(),
    read: (target, position) => file.read(target, position),
    write: async (bytes, position) => {
      refuse(path)
      return file.write(bytes, position)
    },
    truncate: async (size) => {
      refuse(path)
      return file.truncate(size)
    },
    dataSync: () => file.dataSync(),
    close: () => file.close(),
  }
}

const fillsOf = (life: PaperLife) => life.view.fills({ ...everything, symbol: null })

async function expectHalted(life: PaperLife): Promise<void> {
  const before = fillsOf(life).length
  const { number } = life.view.events(everything).at(-1)!
  await life.pass(60_000)

  expect(life.view.mode().mode).toBe('EMERGENCY')
  expect(life.view.health()).toMatchObject({ status: 'failing', score: 0 })
  expect(life.view.health().reasons[0]).toMatch(/^nothing more is recorded: /)
  expect(fillsOf(life)).toHaveLength(before)
  expect(life.view.events(everything).at(-1)!.number).toBe(number)
  expect(life.view.rates().journalNumber).toBe(number)
}

async function expectGoesOn(disk: Disk, before: PaperLife): Promise<void> {
  const next = await new PaperLife({ disk, life: 2 }).start()
  await next.pass(60_000)

  expect(next.view.mode().mode).toBe('NORMAL')
  expect(next.view.health().reasons).toEqual([])
  expect(fillsOf(next).slice(0, fillsOf(before).length)).toEqual(fillsOf(before))
  expect(fillsOf(next).length).toBeGreaterThan(fillsOf(before).length)
  expect(await next.stop()).toBeNull()
}

test('a full disk ends trading at once, and with space again nothing is missing', async () => {
  const disk = new SimulatedDisk({ random: createRandom('full') })
  const life = await new PaperLife({ disk }).start()
  await life.pass(60_000)
  for (let ahead = 1; ahead <= 2_000; ahead += 1) disk.failAt(disk.operations + ahead, 'disk-full')

  await life.pass(2_000)
  await expectHalted(life)
  await life.stop()

  // The process ends; what it wrote stays, and space is found.
  disk.crash(createRandom('found'), 1)
  await expectGoesOn(disk, life)
})

test('a disk that becomes read-only ends trading at once, and nothing is missing', async () => {
  const disk = new SimulatedDisk({ random: createRandom('read-only') })
  const mounted = new MountedDisk(disk)
  const life = await new PaperLife({ disk: mounted.disk }).start()
  await life.pass(60_000)
  mounted.isReadOnly = true

  await life.pass(2_000)
  await expectHalted(life)
  await life.stop()

  disk.crash(createRandom('mounted again'), 1)
  await expectGoesOn(disk, life)
})

test('a disk that is full from the beginning refuses the start with its reason', async () => {
  const disk = new SimulatedDisk({ capacityBytes: 1_000 })
  const life = new PaperLife({ disk })

  await expect(life.start()).rejects.toMatchObject({
    code: 'disk-full',
    message: expect.stringContaining('no space is left') as string,
  })
})

test('a checkpoint that cannot be written costs nothing but time', async () => {
  const inner = new SimulatedDisk({ random: createRandom('checkpoints') })
  const disk: Disk = {
    ...bound(inner),
    replaceFile: (path, bytes) =>
      path.includes('checkpoints')
        ? Promise.reject(new GenesisError('disk-full', `cannot write ${path}: no space is left`))
        : inner.replaceFile(path, bytes),
  }
  const life = await new PaperLife({ disk }).start()
  await life.pass(60_000)

  expect(life.view.mode().mode).toBe('NORMAL')
  expect(await life.stop()).toBeNull()
  await expectGoesOn(disk, life)
})
