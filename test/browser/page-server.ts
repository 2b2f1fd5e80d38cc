import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { ask } from './test-server.ts'

/**
 * A process that serves the page and can be killed and started again on the same port, which is
 * how the page's recovery is tried. Its output goes to the test's, where it explains a failure.
 */
export class PageServer {
  readonly url: string
  readonly #command: readonly string[]
  readonly #environment: Readonly<Record<string, string>>
  readonly #folder: string
  #child: ChildProcess | null = null

  constructor(options: {
    command: readonly string[]
    environment: Readonly<Record<string, string>>
    folder: string
    port: number
  }) {
    this.url = `http://127.0.0.1:${options.port}`
    this.#command = options.command
    this.#environment = options.environment
    this.#folder = options.folder
  }

  /** Resolves when it is ready to be looked at. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, this.#command, {
      cwd: this.#folder,
      env: { ...process.env, ...this.#environment },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    this.#child = child
    while (!(await isReady(this.url))) {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`)
      await new Promise((resolve) => setTimeout(resolve, READY_POLL_MS))
    }
  }

  /** kill -9: it has no chance to say goodbye. */
  async kill(): Promise<void> {
    const child = this.#child
    this.#child = null
    if (child === null || child.exitCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
}

const READY_POLL_MS = 50

async function isReady(url: string): Promise<boolean> {
  const answer = await ask(`${url}/api/v1/ready`).catch(() => null)
  return answer?.status === 200
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
