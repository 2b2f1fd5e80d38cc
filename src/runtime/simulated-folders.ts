import { posix } from 'node:path'
import type { Random } from './random.ts'
import type { SimulatedFile } from './simulated-file.ts'

/**
 * The names of a simulated disk: what a reader sees now, and what a crash would leave.
 *
 * What holds: a name made, renamed or removed is safe once its folder was flushed; before that
 * each change is kept or lost by itself (POSIX promises no order between them), a rename within
 * one folder as a whole. Folders themselves are safe at once, as `Disk.makeFolder` promises.
 */
export class SimulatedFolders {
  readonly #names = new Map<string, SimulatedFile>()
  readonly #safeNames = new Map<string, SimulatedFile>()
  readonly #folders = new Set<string>(['.', '/'])
  #pending: NameChange[] = []
  readonly #tracked: boolean

  constructor(tracked: boolean) {
    this.#tracked = tracked
  }

  get(path: string): SimulatedFile | undefined {
    return this.#names.get(path)
  }

  hasFolder(folder: string): boolean {
    return this.#folders.has(folder)
  }

  files(): [path: string, file: SimulatedFile][] {
    return [...this.#names]
  }

  list(folder: string): string[] {
    const names = new Set<string>()
    for (const path of [...this.#names.keys(), ...this.#folders]) {
      if (posix.dirname(path) === folder && path !== folder) names.add(posix.basename(path))
    }
    return [...names].sort()
  }

  makeFolder(folder: string): void {
    for (let made = folder; !this.#folders.has(made); made = posix.dirname(made)) {
      this.#folders.add(made)
    }
  }

  create(path: string, file: SimulatedFile): void {
    this.#change(posix.dirname(path), [[path, file]])
  }

  remove(path: string): void {
    this.#change(posix.dirname(path), [[path, undefined]])
  }

  rename(from: string, to: string, file: SimulatedFile): void {
    const [source, target] = [posix.dirname(from), posix.dirname(to)]
    if (from === to) return
    if (source === target) {
      this.#change(source, [
        [to, file],
        [from, undefined],
      ])
    } else {
      this.#change(target, [[to, file]])
      this.#change(source, [[from, undefined]])
    }
  }

  sync(folder: string): void {
    for (const change of this.#pending) if (change.folder === folder) this.#keep(change)
    this.#pending = this.#pending.filter((change) => change.folder !== folder)
  }

  /** A flush that failed: the changes stay visible and are gone after the next crash. */
  loseDirty(folder: string): void {
    this.#pending = this.#pending.filter((change) => change.folder !== folder)
  }

  crash(random: Random, keepChance: number): void {
    for (const change of this.#pending) if (random.next() < keepChance) this.#keep(change)
    this.#pending = []
    this.#names.clear()
    for (const [path, file] of this.#safeNames) this.#names.set(path, file)
  }

  #change(folder: string, entries: NameChange['entries']): void {
    apply(this.#names, entries)
    if (this.#tracked) this.#pending.push({ folder, entries })
    else apply(this.#safeNames, entries)
  }

  #keep(change: NameChange): void {
    apply(this.#safeNames, change.entries)
  }
}

interface NameChange {
  readonly folder: string
  /** An undefined file: the name is gone. */
  readonly entries: readonly (readonly [path: string, file: SimulatedFile | undefined])[]
}

function apply(names: Map<string, SimulatedFile>, entries: NameChange['entries']): void {
  for (const [path, file] of entries) {
    if (file === undefined) names.delete(path)
    else names.set(path, file)
  }
}
