/** The real command in a folder of its own, started and killed as an operator's would be. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const bin = fileURLToPath(new URL('../../bin/genesis.js', import.meta.url))
const run = promisify(execFile)

export class GenesisProcess {
  readonly #folder: string
  readonly #args: readonly string[]
  #child: ChildProcess | null = null
  #url: string | null = null

  constructor(folder: string, args: readonly string[] = []) {
    this.#folder = folder
    this.#args = args
  }

  start(): void {
    this.#url = null
    this.#child = spawn(process.execPath, [bin, '--port', '0', ...this.#args], {
      cwd: this.#folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    this.#child.stdout!.on('data', (chunk) => {
      // Under --auto-restart the page comes back at another address.
      this.#url = /https?:\/\/\S+/.exec(String(chunk))?.[0] ?? this.#url
    })
  }

  get isUp(): boolean {
    return this.#url !== null
  }

  /** Resolves with the page's address once the page is up. */
  async up(): Promise<string> {
    while (this.#url === null) await once(this.#child!.stdout!, 'data')
    return this.#url
  }

  /** What the API shows as filled, or nothing while it is not up. */
  async fills(): Promise<string[]> {
    if (this.#url === null) return []
    const reply = await fetch(`${this.#url}/api/v1/fills?limit=1000`)
    const { items } = (await reply.json()) as { items: unknown[] }
    return items.map((fill) => JSON.stringify(fill))
  }

  async openOrders(): Promise<{ createdAt: number }[]> {
    const reply = await fetch(`${this.#url}/api/v1/orders?open=true&limit=1000`)
    return ((await reply.json()) as { items: { createdAt: number }[] }).items
  }

  async kill(): Promise<void> {
    const child = this.#child!
    const exited = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null
    child.kill('SIGKILL')
    await exited
  }

  async stop(): Promise<number> {
    this.#child!.kill('SIGTERM')
    return this.ended()
  }

  /** Its exit code, once it ended. */
  async ended(): Promise<number> {
    const { exitCode } = this.#child!
    if (exitCode !== null) return exitCode
    const [code] = (await once(this.#child!, 'exit')) as [number]
    return code
  }

  /** What `genesis replay` makes of the journal alone, at its end or after an earlier record. */
  async replay(until?: number): Promise<{ lastNumber: number; stateHash: string }> {
    const words = until === undefined ? ['replay'] : ['replay', '--until', String(until)]
    const { stdout } = await run(process.execPath, [bin, ...words], { cwd: this.#folder })
    return JSON.parse(stdout) as { lastNumber: number; stateHash: string }
  }

  /** The lines of `app.log` with this message, oldest first. */
  async logged(message: string): Promise<Record<string, unknown>[]> {
    const text = await readFile(`${this.#folder}/logs/app.log`, 'utf8').catch(() => '')
    return text
      .split('\n')
      .filter((line) => line.includes(`"${message}"`) && line.endsWith('}'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  }
}
