/**
 * `genesis` while it runs: what it says as it says it, and how it ends. A test that forgets to end
 * it fails at its own deadline, and `end` leaves nothing behind.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { bin } from './command.ts'

export class RunningCommand {
  readonly #child: ChildProcess
  readonly #exited: Promise<unknown[]>
  readonly #said: (() => void)[] = []
  stdout = ''
  stderr = ''

  constructor(folder: string, args: readonly string[]) {
    this.#child = spawn(process.execPath, [bin, ...args], {
      cwd: folder,
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#exited = once(this.#child, 'close')
    this.#child.stdout!.on('data', (chunk) => this.#hear('stdout', String(chunk)))
    this.#child.stderr!.on('data', (chunk) => this.#hear('stderr', String(chunk)))
  }

  /** Resolves once one of its outputs contains `text`; rejects when it ends before. */
  async says(text: string): Promise<void> {
    const ended = this.#exited.then(() => 'ended' as const)
    while (!this.stdout.includes(text) && !this.stderr.includes(text)) {
      const heard = new Promise<'heard'>((resolve) => this.#said.push(() => resolve('heard')))
      if ((await Promise.race([heard, ended])) === 'ended') {
        if (this.stdout.includes(text) || this.stderr.includes(text)) return
        throw new Error(`it ended without "${text}": ${this.stderr}`)
      }
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** The exit code, or the signal that ended it. */
  async ended(): Promise<number | string> {
    const [code, signal] = (await this.#exited) as [number | null, string | null]
    return code ?? signal!
  }

  async end(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#exited
  }

  #hear(output: 'stdout' | 'stderr', text: string): void {
    this[output] += text
    for (const said of this.#said.splice(0)) said()
  }
}
