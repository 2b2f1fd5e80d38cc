import { expect, test } from 'vitest'
import { type Clock, SimulatedClock, SimulatedDisk, silentLog } from '../runtime/index.ts'
import { HeadFile } from './head-file.ts'
import { type Head, copyBytes, decodeHead, encodeHead, readHead } from './head.ts'
import { firstBegin } from './segment.ts'

const early: Head = { number: 7, epoch: 2, begin: firstBegin }
const late: Head = { number: 900, epoch: 3, begin: { index: 4, firstNumber: 650 } }

test('a head is read back, and stands for itself in a file of one copy', async () => {
  const disk = await diskWith([late])

  const head = await readHead(disk, 'journal', silentLog)

  expect(head).toEqual({ ...late, next: 1 })
})

test('of two copies the newer counts and the older is the next to be overwritten', async () => {
  const found = [
    await readHead(await diskWith([early, late]), 'journal', silentLog),
    await readHead(await diskWith([late, early]), 'journal', silentLog),
  ]

  expect(found).toEqual([
    { ...late, next: 0 },
    { ...late, next: 1 },
  ])
})

test.each([0, 1])('a rotten copy %i is passed over and overwritten next', async (copy) => {
  const disk = await diskWith([late, late])
  disk.flipBit('journal/head', copy * copyBytes + 20, 3)

  const head = await readHead(disk, 'journal', silentLog)

  expect(head).toEqual({ ...late, next: copy })
})

test('a missing head is no head', async () => {
  expect(await readHead(new SimulatedDisk(), 'journal', silentLog)).toBeUndefined()
})

test('a head of which nothing can be read is ignored, and the log says so', async () => {
  const disk = await diskWith([late])
  disk.flipBit('journal/head', 20, 3)
  const warnings: string[] = []
  const warn = (_: unknown, text?: string) => void warnings.push(text ?? '')

  const head = await readHead(disk, 'journal', { ...silentLog, warn })

  expect(head).toBeUndefined()
  expect(warnings).toEqual(['The head file of the journal is unreadable and is ignored.'])
})

test('a head of the first format is read, as one of a journal that begins with record 1', () => {
  const head = decodeHead('genesis-journal 1 12345 7 85ad3a7c\n')

  expect(head).toEqual({ number: 12_345, epoch: 7, begin: firstBegin })
})

test('any flipped bit makes a copy unreadable, never another head', () => {
  const text = Buffer.from(encodeHead(late))

  for (let bit = 0; bit < text.length * 8; bit++) {
    const rotten = Buffer.from(text)
    rotten[bit >> 3]! ^= 1 << (bit & 7)
    expect(decodeHead(rotten.toString('latin1')), `bit ${bit}`).toBeUndefined()
  }
})

test('every head has the same length', () => {
  const largest = { index: 999_999, firstNumber: Number.MAX_SAFE_INTEGER }
  const last = { number: Number.MAX_SAFE_INTEGER, epoch: 2 ** 32 - 1, begin: largest }

  expect(encodeHead(last).length).toBe(encodeHead(early).length)
  expect(decodeHead(encodeHead(last))).toEqual(last)
})

test('of what is reached while a write is under way only the last is written', async () => {
  const { disk, file } = await openHead()
  const before = disk.operations

  for (let number = 1; number <= 10; number++) file.reach(number, 1)
  await file.close()

  // The write under way, the last, and one flush.
  expect(disk.operations - before).toBe(3)
  expect((await readHead(disk, 'journal', silentLog))?.number).toBe(10)
})

test('with a clock it waits for more, and is flushed when it is written in a quiet time', async () => {
  const clock = new SimulatedClock(0)
  const { disk, file } = await openHead(clock)
  const before = disk.operations

  for (let number = 1; number <= 10; number++) file.reach(number, 1)
  const atOnce = disk.operations - before
  await clock.advance(10)
  const written = disk.operations - before
  disk.crash({ next: () => 1 } as never, 0)

  expect([atOnce, written]).toEqual([0, 2])
  expect((await readHead(disk, 'journal', silentLog))?.number).toBe(10)
})

test('closing does not wait for more', async () => {
  const { disk, file } = await openHead(new SimulatedClock(0))

  file.reach(10, 1)
  await file.close()

  expect((await readHead(disk, 'journal', silentLog))?.number).toBe(10)
})

test('a beginning is in both copies, and safe, before it is told', async () => {
  const { disk, file } = await openHead()

  file.reach(900, 3)
  await file.begin(late.begin)
  disk.crash({ next: () => 1 } as never, 0)

  for (const copy of [0, 1]) {
    const bytes = Buffer.from(await disk.readFile('journal/head'))
    const head = decodeHead(bytes.toString('latin1', copy * copyBytes, copy * copyBytes + 200))
    expect(head?.begin).toEqual(late.begin)
  }
})

test('a failed write is told once, and nothing is written after it', async () => {
  const { disk, file, failures } = await openHead()
  disk.failAt(disk.operations + 1, 'io-error')

  file.reach(1, 1)
  file.reach(2, 1)
  await file.close()
  const { operations } = disk
  file.reach(3, 1)

  await expect(file.begin(late.begin)).rejects.toMatchObject({ code: 'disk-failed' })
  expect([failures.length, disk.operations]).toEqual([1, operations])
})

async function openHead(clock?: Clock) {
  const disk = await diskWith([])
  const failures: unknown[] = []
  const file = await HeadFile.open(disk, 'journal', {
    head: { ...early, number: 0 },
    found: undefined,
    clock,
  })
  file.watchedBy({ isQuiet: () => true, onHeadFailed: (cause) => failures.push(cause) })
  return { disk, file, failures }
}

async function diskWith(copies: readonly Head[]): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk()
  await disk.makeFolder('journal')
  if (copies.length === 0) return disk
  const bytes = Buffer.alloc((copies.length - 1) * copyBytes + encodeHead(early).length)
  for (const [copy, head] of copies.entries()) bytes.write(encodeHead(head), copy * copyBytes)
  await disk.replaceFile('journal/head', bytes)
  return disk
}
