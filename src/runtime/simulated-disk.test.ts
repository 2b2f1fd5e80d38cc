import fc from 'fast-check'
import { expect, test } from 'vitest'
import { diskConformance } from './disk.conformance.ts'
import { writeAll } from './disk-steps.ts'
import { SimulatedClock } from './simulated-clock.ts'
import { SimulatedDisk } from './simulated-disk.ts'
import { createRandom } from './xoshiro-random.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (content: Uint8Array) => new TextDecoder().decode(content)
const random = () => createRandom(1)

async function makeDisk(options: ConstructorParameters<typeof SimulatedDisk>[0] = {}) {
  const disk = new SimulatedDisk(options)
  await disk.makeFolder('/data')
  return { disk, folder: '/data' }
}

/** A disk on which `/data/file` is safely stored with `content`. */
async function storedDisk(content: Uint8Array) {
  const { disk } = await makeDisk()
  const file = await disk.open('/data/file', { create: true })
  await writeAll(file, content, 0)
  await file.dataSync()
  await disk.syncDirectory('/data')
  return { disk, file }
}

diskConformance(() => makeDisk())

test('what was flushed survives a crash that keeps nothing', async () => {
  const { disk } = await storedDisk(bytes('safe'))

  disk.crash(random(), 0)

  expect(text(await disk.readFile('/data/file'))).toBe('safe')
})

test('what was not flushed is lost or kept, sector by sector', async () => {
  const { disk, file } = await storedDisk(new Uint8Array(512 * 64).fill(1))

  await file.write(new Uint8Array(512 * 64).fill(2), 0)
  disk.crash(random())

  const content = await disk.readFile('/data/file')
  const sectors = Array.from({ length: 64 }, (_, index) =>
    [...new Set(content.subarray(index * 512, index * 512 + 512))].join(),
  )
  expect(content.length).toBe(512 * 64)
  expect(new Set(sectors)).toEqual(new Set(['1', '2']))
})

test('a name that was not flushed may be lost though its content was', async () => {
  const { disk, folder } = await makeDisk()
  const file = await disk.open(`${folder}/new`, { create: true })
  await file.write(bytes('x'), 0)
  await file.dataSync()

  disk.crash(random(), 0)

  expect(await disk.list(folder)).toEqual([])
})

test('a rename and a removal that were not flushed may be undone', async () => {
  const { disk } = await storedDisk(bytes('one'))
  await disk.rename('/data/file', '/data/renamed')

  disk.crash(random(), 0)
  const afterRename = await disk.list('/data')
  await disk.remove('/data/file')
  disk.crash(random(), 0)

  expect(afterRename).toEqual(['file'])
  expect(await disk.list('/data')).toEqual(['file'])
})

test('replaceFile leaves the old or the new, whole, wherever the power fails', async () => {
  const steps = 40
  const seen = new Set<string>()
  for (let step = 1; step <= steps; step++) {
    for (let seed = 0; seed < 20; seed++) {
      const { disk } = await storedDisk(new Uint8Array(3_000).fill(65))
      if (step > 1) disk.failAt(disk.operations + step - 1, 'power-off')

      await disk.replaceFile('/data/file', new Uint8Array(2_000).fill(66)).catch(() => 'cut')
      disk.crash(createRandom(seed))

      const content = await disk.readFile('/data/file')
      seen.add(`${content.length}:${[...new Set(content)].join()}`)
    }
  }

  expect([...seen].sort()).toEqual(['2000:66', '3000:65'])
})

test('after a failed flush the pages read as written, count as clean and are lost', async () => {
  const { disk, file } = await storedDisk(bytes('old'))
  await file.write(bytes('new'), 0)
  disk.failAt(disk.operations + 1, 'io-error')

  await expect(file.dataSync()).rejects.toMatchObject({ code: 'disk-failed' })
  const seen = text(await disk.readFile('/data/file'))
  await file.dataSync()
  disk.crash(random(), 1)

  expect([seen, text(await disk.readFile('/data/file'))]).toEqual(['new', 'old'])
})

test('writing again after a failed flush makes it safe', async () => {
  const { disk, file } = await storedDisk(bytes('old'))
  await file.write(bytes('new'), 0)
  disk.failAt(disk.operations + 1, 'io-error')
  await file.dataSync().catch(() => 'failed')

  await file.write(bytes('new'), 0)
  await file.dataSync()
  disk.crash(random(), 0)

  expect(text(await disk.readFile('/data/file'))).toBe('new')
})

test('names whose flush failed are gone after the next crash', async () => {
  const { disk, folder } = await makeDisk()
  await disk.open(`${folder}/new`, { create: true })
  disk.failAt(disk.operations + 1, 'io-error')

  await disk.syncDirectory(folder).catch(() => 'failed')
  await disk.syncDirectory(folder)
  const before = await disk.list(folder)
  disk.crash(random(), 1)

  expect([before, await disk.list(folder)]).toEqual([['new'], []])
})

test('a shortened file may come back after a crash, whole', async () => {
  const content = new Uint8Array(2_000).fill(7)
  const { disk, file } = await storedDisk(content)

  await file.truncate(100)
  disk.crash(random(), 0)

  expect(await disk.readFile('/data/file')).toEqual(content)
})

test('a full disk takes nothing, and space returns with a removal', async () => {
  const { disk, folder } = await makeDisk({ capacityBytes: 1_000 })
  await disk.replaceFile(`${folder}/a`, new Uint8Array(900))

  const second = disk.replaceFile(`${folder}/b`, new Uint8Array(200))

  await expect(second).rejects.toMatchObject({ code: 'disk-full' })
  await disk.remove(`${folder}/a`)
  await disk.replaceFile(`${folder}/b`, new Uint8Array(200))
})

test('a short write says how much it took, and writeAll goes on', async () => {
  const { disk, file } = await storedDisk(bytes(''))
  disk.failAt(disk.operations + 1, 'short-write')
  disk.failAt(disk.operations + 2, 'short-write')

  const count = await file.write(bytes('0123456789'), 0)
  await writeAll(file, bytes('0123456789'), 0)

  expect(count).toBeGreaterThan(0)
  expect(count).toBeLessThan(10)
  expect(text(await disk.readFile('/data/file'))).toBe('0123456789')
})

test('a flipped bit is one wrong bit, on the way in, on the way out or at rest', async () => {
  const { disk, file } = await storedDisk(new Uint8Array(64))
  const wrongBits = async () =>
    [...(await disk.readFile('/data/file'))]
      .map((byte) => byte.toString(2))
      .join('')
      .split('1').length - 1

  disk.failAt(disk.operations + 1, 'bit-flip')
  const onTheWayOut = await wrongBits()
  disk.failAt(disk.operations + 1, 'bit-flip')
  await file.write(new Uint8Array(64), 0)
  const onTheWayIn = await wrongBits()
  disk.flipBit('/data/file', 63, 7)

  expect([onTheWayOut, onTheWayIn]).toEqual([1, 1])
  expect(await wrongBits()).toBe(2)
})

test('after power-off nothing works until the crash, and old handles never again', async () => {
  const { disk, file } = await storedDisk(bytes('x'))
  disk.failAt(disk.operations + 1, 'power-off')

  const failed = { code: 'disk-failed' }
  await expect(file.write(bytes('y'), 0)).rejects.toMatchObject(failed)
  await expect(disk.readFile('/data/file')).rejects.toMatchObject(failed)
  disk.crash(random(), 0)

  expect(text(await disk.readFile('/data/file'))).toBe('x')
  await expect(file.write(bytes('z'), 0)).rejects.toMatchObject(failed)
})

test('an operation that the clock holds up does not outlive a crash', async () => {
  const clock = new SimulatedClock()
  const { disk } = await withLatency(clock)
  const opened = disk.open('/data/file', { create: true })
  await clock.advance(5)
  const file = await opened
  const writing = file.write(bytes('late'), 0)
  const outcome = writing.then(
    () => 'written',
    (error) => error.code,
  )

  disk.crash(random(), 1)
  await clock.advance(5)

  expect(await outcome).toBe('disk-failed')
})

async function withLatency(clock: SimulatedClock) {
  const making = makeDisk({ latency: { clock, minMs: 1, maxMs: 5 } })
  await clock.advance(5)
  return making
}

test('seeded faults strike at their chance and alike for a seed', async () => {
  const outcomes = async (seed: number) => {
    const disk = new SimulatedDisk({
      random: createRandom(seed),
      faultChances: { 'io-error': 0.1 },
    })
    const results: string[] = []
    for (let index = 0; index < 300; index++) {
      results.push(await disk.exists('/').then(String, (error) => error.code))
    }
    return results
  }

  const first = await outcomes(3)
  const failed = first.filter((result) => result === 'disk-failed').length

  expect(await outcomes(3)).toEqual(first)
  expect(failed).toBeGreaterThan(15)
  expect(failed).toBeLessThan(45)
})

test('the end of the process alone loses nothing that was written', async () => {
  const { disk, file } = await storedDisk(bytes('old'))
  await file.write(bytes('new'), 0)
  await disk.rename('/data/file', '/data/renamed')

  disk.crash(random(), 1)

  expect(text(await disk.readFile('/data/renamed'))).toBe('new')
  await expect(file.dataSync()).rejects.toMatchObject({ code: 'disk-failed' })
})

test('a disk that loses nothing keeps all through a crash', async () => {
  const { disk, folder } = await makeDisk({ losesNothing: true })
  const file = await disk.open(`${folder}/a`, { create: true })
  await file.write(bytes('unflushed'), 0)

  disk.crash(random(), 0)

  expect(text(await disk.readFile(`${folder}/a`))).toBe('unflushed')
})

test('whatever is written, a crash leaves each sector old or new, never a mixture', async () => {
  const write = fc.record({
    position: fc.integer({ min: 0, max: 4_000 }),
    length: fc.integer({ min: 1, max: 1_500 }),
  })

  await fc.assert(
    fc.asyncProperty(fc.array(write, { maxLength: 8 }), fc.nat(), async (writes, seed) => {
      const before = new Uint8Array(3_000).map((_, index) => 1 + (index % 100))
      const { disk, file } = await storedDisk(before)
      for (const [index, { position, length }] of writes.entries()) {
        await file.write(new Uint8Array(length).fill(150 + index), position)
      }
      const after = await disk.readFile('/data/file')

      disk.crash(createRandom(seed))

      const left = await disk.readFile('/data/file')
      expect(left.length).toBeGreaterThanOrEqual(before.length)
      expect(left.length).toBeLessThanOrEqual(after.length)
      for (let start = 0; start < left.length; start += 512) {
        const sector = (content: Uint8Array) => {
          const whole = new Uint8Array(512)
          whole.set(content.subarray(start, Math.min(start + 512, left.length)))
          return Buffer.from(whole).toString('hex')
        }
        expect([sector(before), sector(after)]).toContain(sector(left))
      }
    }),
  )
})
