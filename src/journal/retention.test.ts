import { expect, test } from 'vitest'
import { GenesisError, SimulatedDisk, createRandom, silentLog } from '../runtime/index.ts'
import { type OpenJournalOptions, openJournal } from './file-journal.ts'
import { verifyJournal } from './verify.ts'

const folder = 'journal'
const segmentBytes = 1024
/** 16 records of 64 bytes fill a segment. */
const payload = 'x'.repeat(32)

test('whole files of older records go, the file with the named record stays', async () => {
  const { disk, journal } = await written(100)

  const first = await journal.removeBefore(40)

  expect([first, journal.firstNumber, await segments(disk)]).toEqual([33, 33, 5])
  expect(await numbers(journal.read(33))).toEqual(range(33, 100))
  await journal.close()
})

test.each([1, 16])('nothing goes where record %i is needed, of the first file', async (number) => {
  const { disk, journal } = await written(100)
  const { operations } = disk

  const first = await journal.removeBefore(number)

  expect([first, disk.operations]).toEqual([1, operations])
  await journal.close()
})

test('the newest flushed record always stays', async () => {
  const { journal } = await written(100)
  for (let count = 0; count < 100; count++) journal.append(1, payload)

  const removed = journal.removeBefore(1000)

  expect(await removed).toBeLessThanOrEqual(200)
  await journal.flushed()
  expect(await numbers(journal.read(journal.firstNumber))).toContain(200)
  await journal.close()
})

test('reading what was removed is refused by name, never answered with less', async () => {
  const { journal } = await written(100)
  await journal.removeBefore(40)

  const reading = numbers(journal.read(32))

  await expect(reading).rejects.toMatchObject({
    code: 'journal-begins-later',
    message:
      'The journal journal begins with record 33, as older ones were removed; ' +
      'from record 32 on it cannot be read.',
  })
  await journal.close()
})

test('a journal that begins later is opened, appended to, shortened again and verified', async () => {
  const { disk, journal, options } = await written(100)
  await journal.removeBefore(40)
  await journal.close()

  const again = await openJournal(options)
  again.append(1, payload)
  await again.flushed()
  await again.removeBefore(80)
  await again.close()

  expect(again.firstNumber).toBe(65)
  expect(await verifyJournal({ disk, folder })).toMatchObject({
    verdict: 'clean',
    firstNumber: 65,
    lastNumber: 101,
    records: 37,
  })
})

test('a reading under way goes on over a removal behind it', async () => {
  const { journal } = await written(100)
  const reading = journal.read(50)[Symbol.asyncIterator]()
  const seen = [...((await reading.next()).value ?? [])]

  await journal.removeBefore(45)
  for (let next = await reading.next(); !next.done; next = await reading.next())
    seen.push(...next.value)

  expect(seen.map(({ number }) => number)).toEqual(range(50, 100))
  await journal.close()
})

test('a segment that is missing after the beginning is damage', async () => {
  const { disk, journal, options } = await written(100)
  await journal.removeBefore(40)
  await journal.close()
  const names = (await disk.list(folder)).filter((name) => name.endsWith('.journal'))
  await disk.remove(`${folder}/${names[0]}`)

  await expect(openJournal(options)).rejects.toThrow('segment 3 is missing.')
  expect((await verifyJournal({ disk, folder })).verdict).toBe('damaged')
})

test('a journal that begins later and has lost its head is not believed', async () => {
  const { disk, journal, options } = await written(100)
  await journal.removeBefore(40)
  await journal.close()
  await disk.remove(`${folder}/head`)

  await expect(openJournal(options)).rejects.toThrow('segment 1 is missing.')
})

test('a crash or a failure at any step of a removal loses nothing that was to be kept', async () => {
  let histories = 0
  for (const fault of ['power-off', 'io-error', 'disk-full'] as const) {
    for (let step = 1, struck = true; struck; step++) {
      for (const keepChance of [0, 0.3, 0.5, 0.7, 1]) {
        const { disk, journal, options } = await written(100)
        disk.failAt(disk.operations + step, fault)
        struck = await journal.removeBefore(70).then(() => false, isHalt)
        if (!struck) break
        disk.crash(createRandom(`${fault} ${step} ${keepChance}`), keepChance)

        const again = await openJournal(options)

        expect([1, 65]).toContain(again.firstNumber)
        expect(await numbers(again.read(again.firstNumber))).toEqual(range(again.firstNumber, 100))
        await again.close()
        const { verdict } = await verifyJournal({ disk, folder })
        expect(verdict).toBe('clean')
        histories++
      }
    }
  }
  console.info(`a removal struck at every step: ${histories} histories`)
  expect(histories).toBeGreaterThan(50)
})

test('segments that a crash brought back are removed at the next start', async () => {
  const { disk, journal, options } = await written(100)
  // Both copies of the head, then the removals, then the folder.
  disk.failAt(disk.operations + 2 * 2 + 4 + 1, 'power-off')
  await expect(journal.removeBefore(70)).rejects.toMatchObject({ code: 'journal-halted' })
  disk.crash(createRandom('names'), 0)
  const before = await segments(disk)

  const again = await openJournal(options)

  expect([before, await segments(disk), again.firstNumber]).toEqual([7, 3, 65])
  await again.close()
})

async function written(records: number) {
  const disk = new SimulatedDisk()
  const options: OpenJournalOptions = { disk, folder, segmentBytes, log: silentLog }
  const journal = await openJournal(options)
  for (let number = 1; number <= records; number++) journal.append(1, payload)
  await journal.flushed()
  // The head is written in the background.
  for (let turns = 0; turns < 20; turns++) await Promise.resolve()
  return { disk, journal, options }
}

async function segments(disk: SimulatedDisk): Promise<number> {
  return (await disk.list(folder)).filter((name) => name.endsWith('.journal')).length
}

async function numbers(batches: ReturnType<Awaited<ReturnType<typeof openJournal>>['read']>) {
  const seen: number[] = []
  for await (const batch of batches) for (const { number } of batch) seen.push(number)
  return seen
}

function range(from: number, through: number): number[] {
  return Array.from({ length: through - from + 1 }, (_, index) => from + index)
}

function isHalt(cause: unknown): boolean {
  if (cause instanceof GenesisError && cause.code === 'journal-halted') return true
  throw cause
}
