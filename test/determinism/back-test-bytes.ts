/** Every byte a back-test of the built command gives: what it prints and the files it keeps. */
import { createHash } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

export function backTestBytes(
  strategy: string,
  data: readonly string[],
  options: readonly string[] = [],
): Map<string, Buffer> {
  const folder = mkdtempSync(`${tmpdir()}/genesis-bytes-`)
  try {
    const words = ['backtest', strategy, '--data', ...data, '--json', ...options]
    const journal = `${folder}/journal`
    const given = [`${root}bin/genesis.js`, ...words, '--journal', journal]
    const printed = execFileSync(process.execPath, given, { cwd: root, maxBuffer: 2 ** 29 })
    const files = readdirSync(journal).sort()
    return new Map([
      ['printed', printed],
      ...files.map((name) => [name, readFileSync(`${journal}/${name}`)] as const),
    ])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export function hashOf(bytes: ReadonlyMap<string, Buffer>): string {
  const hash = createHash('sha256')
  for (const [name, content] of bytes) hash.update(`${name} ${content.length}\n`).update(content)
  return hash.digest('hex')
}

export const recordedStream = ['20240808', '20240809'].map(
  (day) => `${root}../shared/data/binance-ws/spot_btcusdt_${day}.gz`,
)
export const recordedCandles = [`${root}../shared/data/candles/btc-perp-20211231-20220201_1m.csv`]

/** Candles of a seeded walk, for where no recording is at hand; the path of the file. */
export function walkedCandles(folder: string, count: number): string[] {
  const path = `${folder}/walk.csv`
  let state = 12_345
  let close = 50_000
  let text = 'timestamp,open,high,low,close,volume\n'
  for (let index = 0; index < count; index += 1) {
    const open = close
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    close = Math.max(1_000, open + (state % 201) - 100)
    const [high, low] = [Math.max(open, close) + (state % 17), Math.min(open, close) - (state % 13)]
    const row = [1_704_067_200 + index * 60, `${open}.5`, `${high}.5`, `${low}.5`, `${close}.5`]
    text += `${row.join(',')},${state % 50}.125\n`
  }
  writeFileSync(path, text)
  return [path]
}
