import { expect, test } from 'vitest'
import { SimulatedDisk, silentLog } from '../runtime/index.ts'
import { decodeHead, encodeHead, readHead, writeHead } from './head.ts'

test('a head is read back', async () => {
  const disk = new SimulatedDisk()
  await disk.makeFolder('journal')

  await writeHead(disk, 'journal', { number: Number.MAX_SAFE_INTEGER, epoch: 7 })

  expect(await readHead(disk, 'journal', silentLog)).toEqual({
    number: Number.MAX_SAFE_INTEGER,
    epoch: 7,
  })
})

test('a missing head is no head', async () => {
  expect(await readHead(new SimulatedDisk(), 'journal', silentLog)).toBeUndefined()
})

test('any flipped bit makes it unreadable, never another number', () => {
  const text = Buffer.from(encodeHead({ number: 12_345, epoch: 7 }))

  for (let bit = 0; bit < text.length * 8; bit++) {
    const rotten = Buffer.from(text)
    rotten[bit >> 3]! ^= 1 << (bit & 7)
    expect(decodeHead(rotten.toString('latin1')), `bit ${bit}`).toBeUndefined()
  }
})
