/**
 * Rot. A closed journal has a head file, so there any flipped bit is either told or harmless. One
 * whose process was killed may lose its last batch, and no more, in silence: a single copy cannot
 * tell a rotten last batch from a torn one.
 */
import { describe, expect, test } from 'vitest'
import { GenesisError, type Random, SimulatedDisk, createRandom } from '../runtime/index.ts'
import { openJournal } from './file-journal.ts'
import { verifyJournal } from './verify.ts'

const folder = 'journal'
const segmentBytes = 2048
const records = 60
const first = 'journal/000001-0000000000000001.journal'

describe('one flipped bit anywhere', () => {
  test('in a closed journal is told or harmless, and never shortens it', async () => {
    const outcomes = { told: 0, harmless: 0 }
    for (let seed = 1; seed <= 1500; seed++) {
      const { disk } = await written({ isClosed: true })
      const where = await flipSomewhere(disk, createRandom(seed))

      const { verdict } = await verifyJournal({ disk, folder })
      const count = await readBack(disk)

      outcomes[count === undefined ? 'told' : 'harmless']++
      expect([undefined, records], where).toContain(count)
      expect(verdict, where).toBe(count === undefined ? 'damaged' : 'clean')
    }

    console.info('1500 flips in a closed journal:', outcomes)
    expect(outcomes.told).toBeGreaterThan(700)
  })

  test('in a killed journal shortens it by the last batch at most', async () => {
    const outcomes = { told: 0, harmless: 0, shortened: 0 }
    for (let seed = 1; seed <= 1500; seed++) {
      const { disk, lastBatch } = await written({ isClosed: false })
      const where = await flipSomewhere(disk, createRandom(seed))

      const count = await readBack(disk)

      const outcome = count === undefined ? 'told' : count === records ? 'harmless' : 'shortened'
      outcomes[outcome]++
      if (count !== undefined) expect(count, where).toBeGreaterThanOrEqual(records - lastBatch)
    }

    console.info('1500 flips in a killed journal:', outcomes)
    expect(outcomes.told).toBeGreaterThan(700)
  })
})

describe('the sentence', () => {
  test('names file, offset and number when a later record proves the loss', async () => {
    const { disk } = await written({ isClosed: false, records: 20 })
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
    const { disk } = await written({ isClosed: true, records: 5 })
    disk.flipBit(first, 200, 3)

    const opening = openJournal({ disk, folder, segmentBytes })

    await expect(opening).rejects.toThrow('though the head file says the journal reached record 5.')
  })

  test('tells when all segments are gone', async () => {
    const { disk } = await written({ isClosed: true, records: 5 })
    await disk.remove(first)

    const opening = openJournal({ disk, folder, segmentBytes })

    await expect(opening).rejects.toThrow('record 1: unreadable, though the head file says')
  })

  test.each([0, 1])('tells which segment is missing', async (position) => {
    const { disk } = await written({ isClosed: true })
    const names = (await disk.list(folder)).filter((name) => name.endsWith('.journal'))
    await disk.remove(`${folder}/${names[position]}`)

    const opening = openJournal({ disk, folder, segmentBytes })

    await expect(opening).rejects.toThrow(`segment ${position + 1} is missing.`)
    expect((await verifyJournal({ disk, folder })).verdict).toBe('damaged')
  })

  test('tells of damage in a sealed segment when it is read, not at start', async () => {
    const { disk } = await written({ isClosed: true })
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
  const { disk } = await written({ isClosed: true })
  disk.failAt(disk.operations + 3, 'io-error')

  const { verdict } = await verifyJournal({ disk, folder })

  expect(verdict).toBe('could-not-look')
})

async function written(options: { isClosed: boolean; records?: number }) {
  const disk = new SimulatedDisk()
  const journal = await openJournal({ disk, folder, segmentBytes })
  for (let number = 1; number <= (options.records ?? records); number++) {
    journal.append(1, payloadOf(number))
    if (number % 5 === 0) await journal.flushed()
  }
  if (options.isClosed) await journal.close()
  return { disk, lastBatch: 5 }
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
    const count = await readAll(journal.read(1))
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
