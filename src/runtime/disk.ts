/**
 * Storage as an argument. The simulated form can lose unsynced sectors, write short, fail a
 * flush or flip a bit, which is how crash safety is proved.
 *
 * What holds: bytes are safe only after `dataSync()` resolved; a new, renamed or removed name is
 * safe only after `syncDirectory()` of its folder resolved; a made folder is safe at once. A
 * failed operation rejects with a `GenesisError` of code `disk-failed`, `disk-full` or
 * `file-missing`.
 */
export interface Disk {
  /**
   * Opens for reading and writing; `create` makes an empty file where there is none. With
   * `readOnly` a file that may not be written opens too, and must not be written.
   */
  open(path: string, options?: { create?: boolean; readOnly?: boolean }): Promise<DiskFile>
  /** The whole file. */
  readFile(path: string): Promise<Uint8Array>
  /** Writes beside the target, flushes, renames over it and flushes the folder. */
  replaceFile(path: string, bytes: Uint8Array): Promise<void>
  exists(path: string): Promise<boolean>
  /** Names in a folder, sorted; an absent folder is empty. */
  list(folder: string): Promise<string[]>
  /** With its parents; an existing folder is fine. */
  makeFolder(folder: string): Promise<void>
  /** Of a file; takes the place of an existing one. */
  rename(from: string, to: string): Promise<void>
  /** Of a file. */
  remove(path: string): Promise<void>
  syncDirectory(folder: string): Promise<void>
}

export interface DiskFile {
  size(): Promise<number>
  /** Reads into `target`; returns the bytes read, fewer at the end of the file. */
  read(target: Uint8Array, position: number): Promise<number>
  /** Returns the bytes written, which may be fewer than asked for: a short write. */
  write(bytes: Uint8Array, position: number): Promise<number>
  truncate(size: number): Promise<void>
  dataSync(): Promise<void>
  close(): Promise<void>
}
