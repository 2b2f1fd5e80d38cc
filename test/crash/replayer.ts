/**
 * `genesis replay` in one process for many calls: the built command with its words, in the folder
 * of the one that was killed, but without half a second of starting each time.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

const built = (path: string) => new URL(`../../dist/src/${path}`, import.meta.url).href

const SERVE = `
const { program } = await import('${built('cli/program.js')}')
const { processPort } = await import('${built('runtime/index.js')}')
let said = []
const port = { ...processPort(), write: (text) => said.push(text) }
process.on('message', async (words) => {
  said = []
  await program(port, { code: 0 }).parseAsync(words, { from: 'user' })
  process.send(said.join(''))
})
process.send('ready')
`

export class Replayer {
  readonly #child: ChildProcess
  readonly #ready: Promise<unknown>
  readonly #ended: Promise<never>

  constructor(folder: string) {
    this.#child = spawn(process.execPath, ['--input-type=module', '-e', SERVE], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#ready = once(this.#child, 'message')
    this.#ended = once(this.#child, 'exit').then(([code]) => {
      throw new Error(`the replay ended with ${code}`)
    })
    // Ended by us, or between two calls: the next call says so.
    this.#ended.catch(() => undefined)
  }

  /** The state at the end of the journal, or after an earlier record. */
  async replay(until?: number): Promise<{ lastNumber: number; stateHash: string }> {
    await this.#ready
    this.#child.send(until === undefined ? ['replay'] : ['replay', '--until', String(until)])
    const [said] = await Promise.race([once(this.#child, 'message'), this.#ended])
    return JSON.parse(String(said)) as { lastNumber: number; stateHash: string }
  }

  end(): void {
    this.#child.kill()
  }
}
