import { expect, test } from 'vitest'
import {
  createRandom,
  type Disk,
  GenesisError,
  silentLog,
  SimulatedClock,
  SimulatedDisk,
} from '../../runtime/index.ts'
import { CheckpointManager, type CheckpointRequest } from './checkpoint-manager.ts'
import { journalOf } from './journal-fixture.ts'

const journal = journalOf('own', 100)
const other = journalOf('other', 100)
const clock = new SimulatedClock(1_000)

const manager = (disk: Disk) =>
  new CheckpointManager({ disk, clock, log: silentLog, folder: 'kept', everyEvents: 10 })
const request = (number: number, text = `{"at":${number}}`): CheckpointRequest => ({
  number,
  time: number * 10,
  states: new Map([['a', { version: 3, text }]]),
})

/** A state of 2 MB that is much the same from number to number. */
const long = (number: number) => {
  const random = createRandom('long')
  const bars = Array.from({ length: 100_000 }, () => random.integer(1e9))
  bars[number * 1_000] = number
  return JSON.stringify({ number, bars })
}

async function files(disk: SimulatedDisk) {
  const names = await disk.list('kept')
  return names.filter((name) => name.startsWith('checkpoint-')).map((name) => `kept/${name}`)
}

async function damage(disk: SimulatedDisk, path: string, at: number) {
  disk.flipBit(path, at < 0 ? (await disk.readFile(path)).length + at : at, 3)
}

test('the newest checkpoint comes back as it was saved, also in the next life', async () => {
  const disk = new SimulatedDisk()
  const first = manager(disk)
  await first.save(journal, request(5))
  await first.save(journal, request(12))

  const held = await first.newest(journal)
  const read = await manager(disk).newest(journal)

  expect(held).toMatchObject({ number: 12, time: 120 })
  expect(read).toEqual(held)
  expect(read?.states.get('a')).toEqual({ version: 3, text: '{"at":12}' })
})

test('where there is none there is none', async () => {
  expect(await manager(new SimulatedDisk()).newest(journal)).toBeNull()
})

test('a checkpoint beyond the journal is not used', async () => {
  const disk = new SimulatedDisk()
  await manager(disk).save(journal, request(5))
  await manager(disk).save(journal, request(12))

  const newest = await manager(disk).newest(journalOf('own', 11))

  expect(newest?.number).toBe(5)
})

test('a checkpoint of another journal is neither used nor counted nor removed', async () => {
  const disk = new SimulatedDisk()
  for (const number of [4, 5, 90]) await manager(disk).save(other, request(number, long(number)))

  const own = manager(disk)
  for (const number of [5, 6, 7, 8, 9]) await own.save(journal, request(number, long(number)))

  expect(await own.newest(journal)).toMatchObject({ number: 9 })
  expect(own.oldestNeeded()).toBe(7)
  expect(await manager(disk).newest(other)).toMatchObject({ number: 90 })
})

test('three generations stay, and the journal is needed from the oldest on', async () => {
  const disk = new SimulatedDisk()
  const own = manager(disk)
  const before = own.oldestNeeded()

  for (const number of [10, 20, 30, 40, 50]) await own.save(journal, request(number))

  expect(before).toBe(1)
  expect(own.oldestNeeded()).toBe(30)
  expect(await files(disk)).toHaveLength(3)
})

test.each([
  ['a flipped bit in the first line', 25],
  ['a flipped bit in the middle', 60],
  ['a flipped bit at the end', -1],
])('a checkpoint with %s is passed over for the one before', async (_, at) => {
  const disk = new SimulatedDisk()
  const first = manager(disk)
  await first.save(journal, request(1))
  await first.save(journal, request(2))
  await damage(disk, (await files(disk))[1]!, at)

  const newest = await manager(disk).newest(journal)

  expect(newest).toMatchObject({ number: 1 })
})

test.each([
  ['nothing in it', () => new Uint8Array()],
  ['no first line', () => new TextEncoder().encode('{"format":1}')],
  ['a cut end', (bytes: Uint8Array) => bytes.subarray(0, -3)],
  ['the content of another number', () => null],
])('a checkpoint with %s is passed over for the one before', async (_, change) => {
  const disk = new SimulatedDisk()
  const first = manager(disk)
  await first.save(journal, request(1))
  await first.save(journal, request(2))
  const [one, two] = (await files(disk)) as [string, string]
  await disk.replaceFile(two, change(await disk.readFile(two)) ?? (await disk.readFile(one)))

  const newest = await manager(disk).newest(journal)

  expect(newest).toMatchObject({ number: 1 })
})

test('of a long state only what changed is written again', async () => {
  const disk = new SimulatedDisk()
  const own = manager(disk)

  const first = await own.save(journal, request(1, long(1)))
  const second = await own.save(journal, request(2, long(2)))

  const [whole, changed] = [first.ok ? first.bytes : 0, second.ok ? second.bytes : 0]
  expect(changed).toBeLessThan(whole / 2)
  expect((await manager(disk).newest(journal))?.states.get('a')?.text).toBe(long(2))
})

test('parts that no kept checkpoint needs are removed', async () => {
  const disk = new SimulatedDisk()
  const own = manager(disk)

  for (const number of [1, 2, 3, 4]) await own.save(journal, request(number, long(number)))
  const four = await disk.list('kept/parts')
  for (const number of [5, 6, 7]) await own.save(journal, request(number, '{}'))

  expect(four.length).toBeGreaterThan(5)
  expect(await disk.list('kept/parts')).toEqual([])
})

test('no single rotten part takes every generation with it', async () => {
  const disk = new SimulatedDisk()
  await manager(disk).save(journal, request(1, long(1)))
  const own = manager(disk)
  for (const number of [2, 3, 4, 5]) await own.save(journal, request(number, long(1)))

  const newest = []
  for (const name of await disk.list('kept/parts')) {
    disk.flipBit(`kept/parts/${name}`, 50, 0)
    newest.push((await manager(disk).newest(journal))?.number)
    disk.flipBit(`kept/parts/${name}`, 50, 0)
  }

  expect(new Set(newest)).toEqual(new Set([1, 5]))
})

test('a missing part makes a checkpoint one that is passed over', async () => {
  const disk = new SimulatedDisk()
  await manager(disk).save(journal, request(1))
  await manager(disk).save(journal, request(2, long(2)))
  await disk.remove(`kept/parts/${(await disk.list('kept/parts'))[3]}`)

  expect(await manager(disk).newest(journal)).toMatchObject({ number: 1 })
})

test('while one is being saved the next is refused and counted', async () => {
  const own = manager(new SimulatedDisk())
  const saving = own.save(journal, request(1))

  const second = await own.save(journal, request(2))

  expect(second).toMatchObject({ ok: false, refused: 'checkpoint-busy' })
  expect(await saving).toMatchObject({ ok: true, number: 1 })
  expect(own.status()).toMatchObject({ number: 1, saved: 1, refused: 1 })
})

test('a disk that is full fails the checkpoint, and the next one succeeds', async () => {
  const disk = new SimulatedDisk()
  const own = manager(disk)
  await own.save(journal, request(1))
  disk.failAt(disk.operations + 3, 'disk-full')

  await expect(own.save(journal, request(2))).rejects.toBeInstanceOf(GenesisError)
  const failed = own.status()
  await own.save(journal, request(3))

  expect(failed).toMatchObject({ number: 1, saved: 1, failed: 1 })
  expect(failed.lastError).toContain('no space')
  expect(await manager(disk).newest(journal)).toMatchObject({ number: 3 })
})

test('what the disk stored wrongly is noticed at once', async () => {
  const disk = new SimulatedDisk({ faultChances: { 'bit-flip': 1 } })

  const saving = manager(disk).save(journal, request(1, long(1)))

  await expect(saving).rejects.toMatchObject({ code: 'bad-checkpoint' })
})

test('the same number is not saved twice', async () => {
  const disk = new SimulatedDisk()
  const own = manager(disk)
  await own.save(journal, request(1))
  const { operations } = disk

  const again = await own.save(journal, request(1))

  expect(again).toMatchObject({ ok: true, number: 1, bytes: 0 })
  expect(disk.operations).toBe(operations)
})

test('the next is due after so many events, sooner when the mode says so', async () => {
  const time = new SimulatedClock()
  const options = { disk: new SimulatedDisk(), log: silentLog, folder: 'kept', everyEvents: 10 }
  const own = new CheckpointManager({ ...options, clock: time })
  await time.advance(3_000)
  await own.save(journal, request(20))
  await time.advance(3_000)

  const usual = [own.due(20), own.due(29), own.due(30)]
  own.setFactor(2)
  const oftener = [own.due(24), own.due(25)]

  expect(usual).toEqual([false, false, true])
  expect(oftener).toEqual([false, true])
})
