/**
 * Rot. Any flipped bit is told or harmless, whether the journal was closed, its process killed, or
 * the power cut while it was quiet. What is left is rot in the last batch before a power cut in
 * the middle of traffic: the head on the disk may be of the batch before, and then the rotten
 * batch looks like a torn one.
 */
import { describe, expect, test } from 'vitest'
import { GenesisError, type Random, SimulatedDisk, createRandom } from '../runtime/index.ts'
import { openJournal } from './file-journal.ts'
import { verifyJournal } from './verify.ts'

const folder = 'journal'
const segmentBytes = 2048
const first = 'journal/000001-0000000000000001.journal'

describe('one flipped bit anywhere', () => {
  test.each(['closed', 'killed', 'cut off while quiet', 'shortened at its beginning'] as const)(
    'in a journal that was %s is told or harmless, and never shortens it',
    async (ending) => {
      const outcomes = { told: 0, harmless: 0, silent: 0 }
      for (let seed = 1; seed <= 1500; seed++) {
        const { disk, kept } = await written({ ending })
        const where = await flipSomewhere(disk, createRandom(seed))

        const { verdict } = await verifyJournal({ disk, folder })
        const count = await readBack(disk)

        outcomes[count === undefined ? 'told' : count === kept ? 'harmless' : 'silent']++
        expect([undefined, kept], where).toContain(count)
        expect(verdict, where).toBe(count === undefined ? 'damaged' : 'clean')
      }

      console.info(`1500 flips in a journal that was ${ending}: ${shares(outcomes)}`)
      expect(outcomes.told).toBeGreaterThan(500)
    },
  )

  test('before a power cut in full traffic shortens it by the last batch at most', async () => {
    const outcomes = { told: 0, harmless: 0, silent: 0 }
    for (let seed = 1; seed <= 1500; seed++) {
      const { disk, kept, lastBatch } = await written({ ending: 'cut off in full traffic' })
      const where = await flipSomewhere(disk, createRandom(seed))

      const count = await readBack(disk)

      outcomes[count === undefined ? 'told' : count === kept ? 'harmless' : 'silent']++
      if (count !== undefined) expect(count, where).toBeGreaterThanOrEqual(kept - lastBatch)
    }

    console.info(`1500 flips in a journal that was cut off in full traffic: ${shares(outcomes)}`)
    expect(outcomes.told).toBeGreaterThan(500)
  })
})

describe('the sentence', () => {
  test('names file, offset and number when a later record proves the loss', async () => {
    const { disk } = await written({ ending: 'killed', records: 20 })
    disk.flipBit(first, 100, 0)

    const opening = openJournal({ disk, folder, segmentBytes })

    await expect(opening).rejects.toThrow(
      `The journal is damaged: ${first}, byte 73, record 2: unreadable, ` +
        'though record 6 says it was flushed.',
    )
    await expect(opening).rejects.toMatchObject({
      code: 'journal-damaged',
      details: { file: first, offset: 73, number: 2 },
    })
  })

  test('tells when records the head file knows are gone', async () => {
    const { disk } = await written({ ending: 'closed', records: 5 })
    disk.flipBit(first, 200, 3)

    const opening = openJournal({ disk, folder, segmentBytes })

    await expect(opening).rejects.toThrow('though the head file says the journal reached record 5.')
  })

  test('tells when all segments are gone', async () => {
    const { disk } = await written({ ending: 'closed', records: 5 })
    await disk.remove(first)

    const opening = openJournal({ disk, folder, segmentBytes })

    await expect(opening).rejects.toThrow('record 1: unreadable, though the head file says')
  })

  test.each([0, 1])('tells which segment is missing', async (position) => {
    const { disk } = await written({ ending: 'closed' })
    const names = (await disk.list(folder)).filter((name) => name.endsWith('.journal'))
    await disk.remove(`${folder}/${names[position]}`)

    const opening = openJournal({ disk, folder, segmentBytes })

    await expect(opening).rejects.toThrow(`segment ${position + 1} is missing.`)
    expect((await verifyJournal({ disk, folder })).verdict).toBe('damaged')
  })

  test('tells of damage in a sealed segment when it is read, not at start', async () => {
    const { disk } = await written({ ending: 'closed' })
    disk.flipBit(first, 100, 0)

    const journal = await openJournal({ disk, folder, segmentBytes })

    await expect(readAll(journal.read(1))).rejects.toThrow('byte 73, record 2: unreadable.')
    await expect(readAll(journal.read(40))).resolves.toBe(21)
    await journal.close()
  })
})

test('a folder without a journal cannot be looked at', async () => {
  const verdict = await verifyJournal({ disk: new SimulatedDisk(), folder: 'nowhere' })

  expect(verdict).toMatchObject({
    verdict: 'could-not-look',
    problems: ['There is no journal in nowhere.'],
  })
})

test('a disk that does not let us read is not damage', async () => {
  const { disk } = await written({ ending: 'closed' })
  disk.failAt(disk.operations + 3, 'io-error')

  const { verdict } = await verifyJournal({ disk, folder })

  expect(verdict).toBe('could-not-look')
})

type Ending =
  | 'closed'
  | 'killed'
  | 'cut off while quiet'
  | 'cut off in full traffic'
  | 'shortened at its beginning'

async function written(options: { ending: Ending; records?: number }) {
  const { ending, records = 60 } = options
  const disk = new SimulatedDisk()
  const journal = await openJournal({ disk, folder, segmentBytes })
  for (let number = 1; number <= records; number++) {
    journal.append(1, payloadOf(number))
    if (number % 5 === 0) await journal.flushed()
  }
  if (ending === 'shortened at its beginning') await journal.removeBefore(records - 10)
  if (ending === 'closed') await journal.close()
  if (ending === 'cut off in full traffic') disk.crash(createRandom('none'), 0)
  else await quiet()
  if (ending === 'cut off while quiet') disk.crash(createRandom('none'), 0)
  return { disk, kept: records - journal.firstNumber + 1, lastBatch: 5 }
}

/** The head is written in the background. */
async function quiet(): Promise<void> {
  for (let turns = 0; turns < 20; turns++) await Promise.resolve()
}

function shares(outcomes: Readonly<Record<string, number>>): string {
  const all = Object.values(outcomes).reduce((sum, count) => sum + count, 0)
  return Object.entries(outcomes)
    .map(([outcome, count]) => `${outcome} ${((100 * count) / all).toFixed(1)} %`)
    .join(', ')
}

function payloadOf(number: number): string {
  return String(number).padStart(41, '.')
}

async function flipSomewhere(disk: SimulatedDisk, random: Random): Promise<string> {
  const names = await disk.list(folder)
  const path = `${folder}/${names[random.integer(names.length)]}`
  const { length } = await disk.readFile(path)
  const [byte, bit] = [random.integer(length), random.integer(8)]
  disk.flipBit(path, byte, bit)
  return `${path}, byte ${byte}, bit ${bit}`
}

/** How many records there are, each as it was written; undefined when damage is told. */
async function readBack(disk: SimulatedDisk): Promise<number | undefined> {
  try {
    const journal = await openJournal({ disk, folder, segmentBytes })
    const count = await readAll(journal.read(journal.firstNumber))
    await journal.close()
    return count
  } catch (cause) {
    if (cause instanceof GenesisError && cause.code === 'journal-damaged') return undefined
    throw cause
  }
}

async function readAll(
  batches: ReturnType<Awaited<ReturnType<typeof openJournal>>['read']>,
): Promise<number> {
  let count = 0
  for await (const batch of batches) {
    for (const { number, payload } of batch) {
      expect(Buffer.from(payload).toString()).toBe(payloadOf(number))
      count++
    }
  }
  return count
}
