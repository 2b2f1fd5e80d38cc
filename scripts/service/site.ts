import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdir, open, readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'
import { identify, MARK } from './process-table.ts'
import type { ProcessId } from './process-table.ts'
import { ServiceError } from './service-error.ts'

/**
 * Where one server lives: its private folder, its port, and the only way to start processes
 * there. A process is recorded before anything else happens, gets a clean environment (a
 * developer's PG* and RABBITMQ_* variables must not leak in) and outlives this script.
 */
export class Site {
  readonly folder: string
  readonly port: number
  readonly password: string
  readonly #record: (process: Recorded) => Promise<void>

  constructor(at: {
    readonly folder: string
    readonly port: number
    readonly password: string
    readonly record: (process: Recorded) => Promise<void>
  }) {
    this.folder = at.folder
    this.port = at.port
    this.password = at.password
    this.#record = at.record
  }

  get logPath(): string {
    return `${this.folder}/output.log`
  }

  async prepare(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
  }

  freePorts(count: number): Promise<number[]> {
    return freePorts(count)
  }

  /** Starts a server that stays. */
  async spawn(command: string, how: How & { readonly stopSignal?: NodeJS.Signals }): Promise<void> {
    const log = await open(this.logPath, 'a', 0o600)
    try {
      const child = spawn(command, how.args, {
        cwd: this.folder,
        env: this.#environment(how.env),
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
        ...how.owner,
      })
      await once(child, 'spawn')
      child.unref()
      await this.#record({
        ...(await identify(child.pid!)),
        stopSignal: how.stopSignal ?? 'SIGTERM',
      })
    } finally {
      await log.close()
    }
  }

  /** Runs a command to its end. */
  async run(command: string, how: How): Promise<void> {
    const options = { cwd: this.folder, env: this.#environment(how.env), timeout: 60_000 }
    try {
      await promisify(execFile)(command, how.args, { ...options, ...how.owner })
    } catch (error) {
      const { stderr, message } = error as Error & { stderr?: string }
      throw new ServiceError(`${command} failed: ${(stderr || message).trim()}`, { cause: error })
    }
  }

  /** Who runs what refuses to be root; nothing to change when we are not. */
  async unprivileged(users: readonly string[]): Promise<Owner> {
    if (process.getuid?.() !== 0) return {}
    const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
    for (const user of users) {
      const entry = lines.find(([name]) => name === user)
      if (entry) return { uid: Number(entry[2]), gid: Number(entry[3]) }
    }
    throw new ServiceError(`running as root, but none of these users exists: ${users.join(', ')}`)
  }

  /** Hands the folder and what is in it to that user. */
  async give({ uid, gid }: Owner): Promise<void> {
    if (uid === undefined || gid === undefined) return
    for (const entry of await readdir(this.folder)) await chown(`${this.folder}/${entry}`, uid, gid)
    await chown(this.folder, uid, gid)
  }

  #environment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
    const { PATH = '/usr/bin:/bin' } = process.env
    const base = { PATH: `${PATH}:/usr/sbin:/sbin`, LANG: 'C.UTF-8', TMPDIR: tmpdir() }
    return { ...base, HOME: this.folder, [MARK]: this.folder, ...more }
  }
}

export interface Recorded extends ProcessId {
  readonly stopSignal: NodeJS.Signals
}

export interface Owner {
  readonly uid?: number
  readonly gid?: number
}

interface How {
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly owner?: Owner
}

/** Ports free at this moment, all different: each is held until the last is found. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}
