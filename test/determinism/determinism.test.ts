import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterAll, expect, test } from 'vitest'
import {
  backTestBytes,
  hashOf,
  recordedCandles,
  recordedStream,
  walkedCandles,
} from './back-test-bytes.ts'
import { paperJournal } from './paper-journal.ts'

const folder = mkdtempSync(`${tmpdir()}/genesis-determinism-`)
afterAll(() => rmSync(folder, { recursive: true }))
const walk = walkedCandles(folder, 1_000)
const absent = (files: readonly string[]) => !files.every((file) => existsSync(file))

function expectSameBytes(
  strategy: string,
  data: readonly string[],
  options: readonly string[] = [],
): void {
  const first = backTestBytes(strategy, data, options)
  const second = backTestBytes(strategy, data, options)

  expect([...first.keys()]).toEqual([...second.keys()])
  for (const [name, bytes] of first) {
    expect(`${name} ${bytes.equals(second.get(name)!)}`).toBe(`${name} true`)
  }
  const printed = JSON.parse(first.get('printed')!.toString()) as { orders: { intended: number } }
  expect(printed.orders.intended).toBeGreaterThan(5)
}

test('a back-test of candles twice gives the same bytes, printed and in every file', () => {
  expectSameBytes('examples/sma-cross.ts', walk, ['--param', 'fast=5', '--param', 'slow=20'])
})

test('a setting that changes the result changes the bytes', () => {
  const fees = ['0.001', '0.002'].map((rate) => backTestBytes('demo', walk, ['--fees', rate]))

  expect(hashOf(fees[0]!)).not.toBe(hashOf(fees[1]!))
})

// The recordings of real markets are not part of the repository.
test.skipIf(absent(recordedCandles))('recorded candles twice give the same bytes', () => {
  expectSameBytes('examples/breakout.ts', recordedCandles, ['--to', '2022-01-08'])
})

test.skipIf(absent(recordedStream))('a recorded stream twice gives the same bytes', () => {
  expectSameBytes('demo', recordedStream)
})

test('100 seeds of the paper run give 100 journals, each the same when run again', async () => {
  const hashes: string[] = []

  for (let seed = 1; seed <= 100; seed += 1) {
    const first = await paperJournal(`seed ${seed}`, 30_000)
    const second = await paperJournal(`seed ${seed}`, 30_000)
    expect(second).toEqual(first)
    expect(first.records).toBeGreaterThan(50)
    hashes.push(first.sha256)
  }

  expect(new Set(hashes).size).toBe(100)
})
