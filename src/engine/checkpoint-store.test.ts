import { expect, test } from 'vitest'
import { silentLog, SimulatedDisk } from '../runtime/index.ts'
import { CheckpointStore } from './checkpoint-store.ts'

const store = (disk: SimulatedDisk) =>
  new CheckpointStore({ disk, folder: 'checkpoints', log: silentLog })
const checkpoint = (number: number) => ({
  number,
  witness: number * 7,
  time: number * 10,
  states: { a: { number } },
})
const asText = (number: number) => ({ ...checkpoint(number), states: `{"a":{"number":${number}}}` })
const path = (number: number) => `checkpoints/checkpoint-${String(number).padStart(16, '0')}.json`

test('the newest checkpoint comes back as it was saved', async () => {
  const checkpoints = store(new SimulatedDisk())
  await checkpoints.save(asText(5))
  await checkpoints.save(asText(12))

  expect(await checkpoints.newest(100)).toEqual(checkpoint(12))
})

test('a checkpoint beyond the journal is not used', async () => {
  const checkpoints = store(new SimulatedDisk())
  await checkpoints.save(asText(5))
  await checkpoints.save(asText(12))

  expect(await checkpoints.newest(11)).toEqual(checkpoint(5))
  expect(await checkpoints.newest(4)).toBeNull()
})

test('three generations stay on the disk', async () => {
  const disk = new SimulatedDisk()
  const checkpoints = store(disk)

  for (const number of [1, 2, 3, 4, 5]) await checkpoints.save(asText(number))

  expect(await disk.list('checkpoints')).toHaveLength(3)
  expect(await checkpoints.newest(3)).toEqual(checkpoint(3))
})

test.each([
  ['a flipped bit', (bytes: Uint8Array) => bytes.map((byte, at) => (at === 130 ? byte ^ 1 : byte))],
  ['a cut end', (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 3)],
  ['no head', () => new TextEncoder().encode('{}')],
  ['nothing in it', () => new Uint8Array()],
])('a checkpoint with %s is passed over for the one before', async (_, damage) => {
  const disk = new SimulatedDisk()
  const checkpoints = store(disk)
  await checkpoints.save(asText(1))
  await checkpoints.save({ ...checkpoint(2), states: `{"a":"${'x'.repeat(200)}"}` })
  await disk.replaceFile(path(2), damage(await disk.readFile(path(2))))

  expect(await checkpoints.newest(100)).toEqual(checkpoint(1))
})
