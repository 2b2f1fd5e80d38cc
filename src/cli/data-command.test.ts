import { expect, test } from 'vitest'
import { openMarketData } from '../exchange/index.ts'
import { type Disk, SimulatedDisk } from '../runtime/index.ts'
import { candles, inspect } from './data-command.ts'

const MINUTES = [0, 1, 2, 3, 5]
  .map((minute) => `${1_704_067_200 + minute * 60},1.5,${2 + minute},1,1.75,0.25\n`)
  .join('')

test('inspect prints a table, or one JSON object', async () => {
  const { disk, written, write } = await ports()

  await inspect({ files: ['/bars.csv'] }, { disk, write })
  await inspect({ files: ['/bars.csv'], json: true }, { disk, write })

  expect(written[0]).toContain('candles             5\n')
  expect(JSON.parse(written[1]!)).toMatchObject({ kind: 'candles', counts: { candles: 5 } })
})

test('candles are built and can be read back', async () => {
  const { disk, written, write } = await ports()

  await candles({ files: ['/bars.csv'], interval: '2m', out: '/out.csv' }, { disk, write })

  const data = await openMarketData(disk, ['/out.csv'])
  expect(written).toEqual(['3 candles of 2m in /out.csv\n'])
  expect(Buffer.from(await disk.readFile('/out.csv')).toString()).toBe(
    'timestamp,open,high,low,close,volume\n' +
      '2024-01-01T00:00:00.000Z,1.50,3.00,1.00,1.75,0.50\n' +
      '2024-01-01T00:02:00.000Z,1.50,5.00,1.00,1.75,0.50\n' +
      '2024-01-01T00:04:00.000Z,1.50,7.00,1.00,1.75,0.25\n',
  )
  expect(data).toMatchObject({ kind: 'candles', columns: { intervalMs: 120_000, length: 3 } })
})

test('an interval that the candles do not divide is refused', async () => {
  const { disk, write } = await ports()

  const building = candles(
    { files: ['/bars.csv'], interval: '90s', out: '/out.csv' },
    { disk, write },
  )

  await expect(building).rejects.toThrow(
    'interval is 90s; from candles of 1m it must be a multiple of 1m',
  )
  expect(await disk.exists('/out.csv')).toBe(false)
})

test('no file that is read is written over', async () => {
  const { disk, write } = await ports()
  const before = await disk.readFile('/bars.csv')

  const building = candles(
    { files: ['/bars.csv'], interval: '2m', out: '/bars.csv' },
    { disk, write },
  )

  await expect(building).rejects.toThrow('it must be none of the files read')
  expect(await disk.readFile('/bars.csv')).toEqual(before)
})

async function ports(): Promise<{ disk: Disk; written: string[]; write: (text: string) => void }> {
  const disk = new SimulatedDisk({ losesNothing: true })
  await disk.replaceFile('/bars.csv', Buffer.from(MINUTES))
  const written: string[] = []
  return { disk, written, write: (text) => void written.push(text) }
}
