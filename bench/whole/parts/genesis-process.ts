import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The real `genesis` in a folder of its own, as `genesis --port 0` there would run. */
export class GenesisProcess {
  /** Wall time. */
  readonly spawnedAt = Date.now()
  readonly #folder: string
  readonly #child: ChildProcess
  #output = ''

  constructor(folder: string, environment: Readonly<Record<string, string>> = {}) {
    this.#folder = folder
    this.#child = spawn(process.execPath, [bin, '--port', '0'], {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text
      })
    }
  }

  /** Until the page is served. */
  async up(): Promise<void> {
    const deadline = performance.now() + START_DEADLINE_MS
    while (!this.#output.includes('Genesis is up')) {
      if (performance.now() > deadline || this.#child.exitCode !== null) {
        throw new Error(`genesis did not come up: ${this.#output}`)
      }
      await sleep(10)
    }
  }

  /** Null where the system does not tell. */
  residentMegabytes(): number | null {
    const status = `/proc/${this.#child.pid}/status`
    if (!existsSync(status)) return null
    const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(status, 'utf8'))?.[1]
    return Number(kilobytes) / 1_024
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGINT')
    const deadline = setTimeout(() => this.#child.kill('SIGKILL'), STOP_DEADLINE_MS)
    await ended
    clearTimeout(deadline)
  }

  /** The line of that message; after `stop`, when all lines are written. */
  logged(file: 'app.log' | 'performance.log', message: string): LogLine {
    const lines = readFileSync(join(this.#folder, 'logs', file), 'utf8')
      .trim()
      .split('\n')
    const found = lines.map((line) => JSON.parse(line) as LogLine)
    const line = found.find((each) => each.message === message)
    if (line === undefined) throw new Error(`${file} has no "${message}"`)
    return line
  }
}

interface LogLine {
  readonly message: string
  /** Wall time. */
  readonly time: number
  readonly [field: string]: unknown
}

/** Runs `act` with genesis in a new empty folder; neither is left afterwards. */
export async function withGenesis<Value>(
  act: (genesis: GenesisProcess) => Promise<Value>,
): Promise<Value> {
  return withFolder(async (folder) => {
    const genesis = new GenesisProcess(folder)
    try {
      return await act(genesis)
    } finally {
      await genesis.stop()
    }
  })
}

export async function withFolder<Value>(act: (folder: string) => Promise<Value>): Promise<Value> {
  const folder = await mkdtemp(join(tmpdir(), 'genesis-bench-'))
  try {
    return await act(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

const bin = fileURLToPath(new URL('../../../bin/genesis.js', import.meta.url))
const START_DEADLINE_MS = 30_000
const STOP_DEADLINE_MS = 10_000
