import { createHash } from 'node:crypto'
import { lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { identify, isAlive } from './process-table.ts'
import { ServiceError } from './service-error.ts'
import type { ServiceName } from './service.ts'
import type { Recorded } from './site.ts'

/**
 * The one temporary folder of a checkout's servers, with what runs in it written down.
 *
 * Two checkouts, or two users, never share one. Whoever changes it holds the lock; the lock of a
 * process that died is taken over. The folder is refused when it is not ours, since anyone may
 * create names in the temporary folder.
 */
export class Place {
  readonly folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  static ofCheckout(root: string): Place {
    const checkout = createHash('sha256').update(root).digest('hex').slice(0, 8)
    return new Place(`${tmpdir()}/genesis-services-${process.getuid?.() ?? 0}-${checkout}`)
  }

  folderOf(name: ServiceName): string {
    return `${this.folder}/${name}`
  }

  async read(): Promise<State> {
    const text = await readFile(this.#statePath, 'utf8').catch(() => '{}')
    try {
      return JSON.parse(text) as State
    } catch {
      // A run that died while writing: what it started is found by its folder instead.
      return {}
    }
  }

  async write(state: State): Promise<void> {
    const draft = `${this.#statePath}.new`
    await writeFile(draft, JSON.stringify(state, null, 2), { mode: 0o600 })
    await rename(draft, this.#statePath)
  }

  async create(): Promise<void> {
    // Others may pass through (PostgreSQL runs as another user) but not look.
    await mkdir(this.folder, { recursive: true, mode: 0o711 })
    const found = await lstat(this.folder)
    if (found.isDirectory() && found.uid === (process.getuid?.() ?? found.uid)) return
    throw new ServiceError(`${this.folder} exists and is not ours; remove it`)
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }

  async locked<T>(work: () => Promise<T>): Promise<T> {
    await this.#lock(performance.now() + LOCK_DEADLINE_MS)
    try {
      return await work()
    } finally {
      await rm(this.#lockPath, { force: true })
    }
  }

  async #lock(deadline: number): Promise<void> {
    const self = JSON.stringify(await identify(process.pid))
    while (!(await this.#tryLock(self))) {
      const holder = await readFile(this.#lockPath, 'utf8').catch(() => '')
      if (holder !== '' && !(await this.#holderLives(holder))) {
        await this.#breakLock(holder)
      } else if (performance.now() > deadline) {
        throw new ServiceError(`${this.#lockPath} is held by ${holder} since two minutes`)
      } else await sleep(50)
    }
  }

  async #tryLock(self: string): Promise<boolean> {
    try {
      await writeFile(this.#lockPath, self, { flag: 'wx', mode: 0o600 })
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
      throw error
    }
  }

  async #holderLives(holder: string): Promise<boolean> {
    const id = /^\{"pid":(\d+),"born":"(\d*)"\}$/.exec(holder)
    return id !== null && (await isAlive({ pid: Number(id[1]), born: id[2]! }))
  }

  /** Two may see the same dead holder; the loser's rename finds a living lock and puts it back. */
  async #breakLock(holder: string): Promise<void> {
    const aside = `${this.#lockPath}.${process.pid}`
    const moved = await rename(this.#lockPath, aside).then(
      () => true,
      () => false,
    )
    if (!moved) return
    if ((await readFile(aside, 'utf8')) === holder) await rm(aside, { force: true })
    else await rename(aside, this.#lockPath)
  }

  get #statePath(): string {
    return `${this.folder}/services.json`
  }

  get #lockPath(): string {
    return `${this.folder}.lock`
  }
}

const LOCK_DEADLINE_MS = 120_000

export type State = { readonly [name in ServiceName]?: Running }

export interface Running {
  readonly url: string
  readonly processes: readonly Recorded[]
}
