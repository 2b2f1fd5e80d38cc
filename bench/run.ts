import { fork } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Row } from './row.ts'
import { summarise } from './summary.ts'
import type { SummaryRow } from './summary.ts'
import { table } from './table.ts'

/**
 * `npm run bench [-- name... --rounds n]`: every module of bench/micro and bench/whole, or those
 * whose path contains a name.
 *
 * Each round is a process of its own, so that no benchmark runs on another's warm code or heap,
 * and rounds go round robin, so that a machine that slows down slows everybody. `genesis/*` is the
 * built package, what users run, not the sources.
 */
const ROUND_DEADLINE_MS = 600_000
const here = fileURLToPath(new URL('.', import.meta.url))

async function main(): Promise<void> {
  const { positionals: names, values } = parseArgs({
    allowPositionals: true,
    options: { rounds: { type: 'string', default: '5' } },
  })
  const rounds = Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Error(`--rounds is "${values.rounds}"; it must be a whole number from 1`)
  }
  const modules = ['micro', 'whole'].flatMap(modulesIn).filter((path) => {
    return names.length === 0 || names.some((name) => path.includes(name))
  })
  if (modules.length === 0) throw new Error(`no benchmark is called ${names.join(' or ')}`)

  const measured = new Map<string, Row[][]>(modules.map((path) => [path, []]))
  for (let round = 1; round <= rounds; round++) {
    for (const path of modules) {
      process.stderr.write(`\rround ${round} of ${rounds}: ${path}`.padEnd(60))
      measured.get(path)!.push(await runOnce(path))
    }
  }
  process.stderr.write(`\r${''.padEnd(60)}\r`)
  for (const [path, all] of measured) {
    const rows = summarise(all)
    process.stdout.write(`${path}\n${table(rows)}\n\n`)
    save(path, rows)
  }
}

/** "micro/dispatcher" for bench/micro/dispatcher.ts. */
function modulesIn(folder: string): string[] {
  if (!existsSync(`${here}${folder}`)) return []
  const entries = readdirSync(`${here}${folder}`).toSorted()
  const names = entries.filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  return names.map((name) => `${folder}/${basename(name, '.ts')}`)
}

function runOnce(path: string): Promise<Row[]> {
  const child = fork(`${here}child.ts`, [path], {
    execArgv: ['--import', 'tsx', '--expose-gc'],
    env: { ...process.env, TSX_TSCONFIG_PATH: `${here}tsconfig.run.json` },
    timeout: ROUND_DEADLINE_MS,
    killSignal: 'SIGKILL',
  })
  return new Promise((resolve, reject) => {
    let rows: Row[] | null = null
    child.once('message', (message) => {
      rows = message as Row[]
    })
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      if (rows !== null && code === 0) resolve(rows)
      else reject(new Error(`${path} failed: ${signal ?? `exit code ${code}`}`))
    })
  })
}

function save(path: string, rows: readonly SummaryRow[]): void {
  const date = new Date().toISOString().slice(0, 10)
  const machine = {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
  }
  mkdirSync(`${here}results`, { recursive: true })
  const file = `${here}results/${date}-${basename(path)}.json`
  writeFileSync(file, `${JSON.stringify({ benchmark: path, date, machine, rows }, null, 2)}\n`)
}

try {
  await main()
} catch (error) {
  process.stderr.write(`\nbench: ${(error as Error).message}\n`)
  process.exitCode = 1
}
