import { type ErrorCode, GenesisError } from './errors.ts'

/** The one shape of a disk's error: operation, path, and the system's own code in `details`. */
export function diskError(
  verb: string,
  path: string,
  system: string,
  cause?: unknown,
): GenesisError {
  const message = `cannot ${verb} ${path}: ${meanings[system] ?? system}`
  return new GenesisError(genesisCode(system), message, { cause, details: { path, system } })
}

/** The `code` Node puts on a system error. */
export function systemCode(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
}

function genesisCode(system: string): ErrorCode {
  if (system === 'ENOENT' || system === 'ENOTDIR') return 'file-missing'
  return system === 'ENOSPC' || system === 'EDQUOT' ? 'disk-full' : 'disk-failed'
}

const meanings: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EBADF: 'the file is closed',
  EDQUOT: 'the quota is used up',
  EEXIST: 'there is a file of that name',
  EIO: 'the disk reported an error',
  EISDIR: 'it is a folder',
  EMFILE: 'too many files are open',
  ENOENT: 'it does not exist',
  ENOSPC: 'no space is left',
  ENOTDIR: 'a part of its path is not a folder',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
}
