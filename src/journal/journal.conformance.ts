/** What every journal on any disk does. `makeDisk` gives a disk and an empty folder on it. */
import { expect, test } from 'vitest'
import type { Disk } from '../runtime/index.ts'
import { type OpenJournalOptions, openJournal } from './file-journal.ts'
import type { JournalRecord } from './journal.ts'
import { verifyJournal } from './verify.ts'

export interface DiskUnderTest {
  readonly disk: Disk
  readonly folder: string
}

export function journalConformance(makeDisk: () => Promise<DiskUnderTest>): void {
  const open = async (options: Partial<OpenJournalOptions> = {}) => {
    const under = await makeDisk()
    const all = { ...under, segmentBytes: 4096, ...options }
    return { ...under, journal: await openJournal(all), reopen: () => openJournal(all) }
  }

  test('records are numbered from 1 and read back in order with kind and payload', async () => {
    const { journal } = await open()

    const numbers = [journal.append(7, 'first'), journal.append(0xffff, Buffer.from([0, 255]))]
    await journal.flushed()

    expect(numbers).toEqual([1, 2])
    expect(await plain(journal.read(1))).toEqual([
      [1, 7, 'first'],
      [2, 0xffff, Buffer.from([0, 255]).toString('latin1')],
    ])
    await journal.close()
  })

  test('empty payloads, empty strings and text beyond ASCII survive', async () => {
    const { journal } = await open()

    journal.append(1, new Uint8Array(0))
    journal.append(1, '')
    journal.append(1, 'naïve € 日本 🚀')
    await journal.flushed()

    const payloads = (await all(journal.read(1))).map(({ payload }) =>
      Buffer.from(payload).toString(),
    )
    expect(payloads).toEqual(['', '', 'naïve € 日本 🚀'])
    await journal.close()
  })

  test('nothing is acknowledged before a flush, everything after', async () => {
    const { journal } = await open()

    journal.append(1, 'a')
    const before = [journal.lastNumber, journal.acknowledged]
    await journal.flushed()

    expect(before).toEqual([1, 0])
    expect(journal.acknowledged).toBe(1)
    await journal.close()
  })

  test('reading gives only what is acknowledged', async () => {
    const { journal } = await open()
    journal.append(1, 'a')
    await journal.flushed()
    journal.append(1, 'b')

    const records = await plain(journal.read(1))

    expect(records).toEqual([[1, 1, 'a']])
    await journal.close()
  })

  test('what is appended in one turn is one batch', async () => {
    const acknowledged: number[] = []
    const listener = { onAcknowledged: (n: number) => acknowledged.push(n), onHalted: () => {} }
    const { journal } = await open({ listener })

    for (let count = 0; count < 20; count++) journal.append(1, 'x')
    await journal.flushed()

    expect(acknowledged).toEqual([20])
    await journal.close()
  })

  test('closing flushes, and a new start goes on with the next number and epoch', async () => {
    const { journal, reopen } = await open()
    for (let count = 1; count <= 500; count++) journal.append(1, `record ${count}`)
    await journal.close()

    const again = await reopen()
    const number = again.append(1, 'next')
    await again.flushed()

    expect([number, again.acknowledged, again.epoch]).toEqual([501, 501, journal.epoch + 1])
    expect((await plain(again.read(500))).map(([, , text]) => text)).toEqual(['record 500', 'next'])
    await again.close()
  })

  test('reading from any number crosses segments without a hole', async () => {
    const { journal, disk, folder } = await open()
    for (let count = 1; count <= 3000; count++) journal.append(1, `record ${count}`)
    await journal.flushed()

    const segments = (await disk.list(folder)).filter((name) => name.endsWith('.journal'))
    expect(segments.length).toBeGreaterThan(10)
    for (const from of [1, 2, 999, 2999, 3000]) {
      const numbers = (await all(journal.read(from))).map(({ number }) => number)
      expect([numbers[0], numbers.at(-1), numbers.length]).toEqual([from, 3000, 3001 - from])
    }
    expect(await all(journal.read(3001))).toEqual([])
    await journal.close()
  })

  test('a record as long as a segment fits', async () => {
    const { journal } = await open({ segmentBytes: 4096 })
    journal.append(1, 'before')
    journal.append(1, 'x'.repeat(4096 - 32))
    journal.append(1, 'after')
    await journal.flushed()

    const lengths = (await all(journal.read(1))).map(({ payload }) => payload.length)

    expect(lengths).toEqual([6, 4064, 5])
    await journal.close()
  })

  test('the same records give the same digest, however they were batched', async () => {
    const digests: string[] = []
    for (const batch of [1, 7, 300]) {
      const { journal, disk, folder } = await open()
      for (let count = 1; count <= 300; count++) {
        journal.append(count % 3, `record ${count}`)
        if (count % batch === 0) await journal.flushed()
      }
      await journal.close()
      digests.push((await verifyJournal({ disk, folder })).sha256)
    }

    expect(new Set(digests).size).toBe(1)
  })

  test('an open journal is verified without being disturbed', async () => {
    const { journal, disk, folder } = await open()
    for (let count = 1; count <= 300; count++) journal.append(1, `record ${count}`)
    await journal.flushed()

    const verdict = await verifyJournal({ disk, folder })
    journal.append(1, 'more')
    await journal.flushed()

    expect(verdict).toMatchObject({ verdict: 'clean', records: 300, lastNumber: 300, problems: [] })
    await journal.close()
  })

  test('a second owner is refused while the first lives, and let in when it is dead', async () => {
    const under = await makeDisk()
    const living = new Set([100, 200])
    const owner = (pid: number) => ({
      pid,
      identityOf: (other: number) => (living.has(other) ? `${other}` : undefined),
    })
    await under.disk.makeFolder(under.folder)
    await (await under.disk.open(`${under.folder}/lock-100-237750ea`, { create: true })).close()

    const refused = openJournal({ ...under, owner: owner(200) })

    await expect(refused).rejects.toMatchObject({
      code: 'journal-locked',
      message: expect.stringMatching(/^Process 100 has the journal .* open\./),
    })
    living.delete(100)
    const journal = await openJournal({ ...under, owner: owner(200) })
    expect(await locks(under)).toEqual(['lock-200-2131eeb3'])
    await journal.close()
    expect(await locks(under)).toEqual([])
  })

  test('one process does not open a journal twice', async () => {
    const under = await makeDisk()
    const owner = { pid: 100, identityOf: String }
    const first = await openJournal({ ...under, owner })

    const second = openJournal({ ...under, owner })

    await expect(second).rejects.toMatchObject({ code: 'journal-locked' })
    await first.close()
    await (await openJournal({ ...under, owner })).close()
  })
}

async function locks({ disk, folder }: DiskUnderTest): Promise<string[]> {
  return (await disk.list(folder)).filter((name) => name.startsWith('lock'))
}

async function all(batches: AsyncIterable<readonly JournalRecord[]>): Promise<JournalRecord[]> {
  const records: JournalRecord[] = []
  for await (const batch of batches) records.push(...batch)
  return records
}

async function plain(
  batches: AsyncIterable<readonly JournalRecord[]>,
): Promise<[number, number, string][]> {
  return (await all(batches)).map(({ number, kind, payload }) => [
    number,
    kind,
    Buffer.from(payload).toString('latin1'),
  ])
}
