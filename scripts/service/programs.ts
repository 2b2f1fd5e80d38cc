import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter } from 'node:path'

/** Finds a program in the given folders first, then in the PATH; null when it is in none. */
export async function which(
  program: string,
  folders: readonly string[] = [],
): Promise<string | null> {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean)
  for (const folder of [...folders, ...path, '/usr/sbin', '/sbin']) {
    const candidate = `${folder}/${program}`
    const found = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (found) return candidate
  }
  return null
}
