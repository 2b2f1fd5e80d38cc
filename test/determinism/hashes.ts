/**
 * Prints `hash <what> <sha256>` for what must be equal on every supported Node: back-tests of the
 * built command with all their files, and a paper run on virtual time. `scripts/on-node.ts`
 * compares the lines of several versions.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import {
  backTestBytes,
  hashOf,
  recordedCandles,
  recordedStream,
  walkedCandles,
} from './back-test-bytes.ts'
import { paperJournal } from './paper-journal.ts'

function tell(what: string, sha256: string): void {
  process.stdout.write(`hash ${what} ${sha256}\n`)
}

function tellBackTest(what: string, strategy: string, data: readonly string[]): void {
  if (!data.every((file) => existsSync(file))) return
  const bytes = backTestBytes(strategy, data)
  tell(`${what}-printed`, hashOf(new Map([['printed', bytes.get('printed')!]])))
  bytes.delete('printed')
  tell(`${what}-journal`, hashOf(bytes))
}

const folder = mkdtempSync(`${tmpdir()}/genesis-hashes-`)
tellBackTest('walk', 'demo', walkedCandles(folder, 5_000))
rmSync(folder, { recursive: true })
tellBackTest('candles', 'examples/breakout.ts', recordedCandles)
tellBackTest('stream', 'demo', recordedStream)
tell('paper', (await paperJournal('node-matrix', 120_000)).sha256)
