import { register as registerHooks } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { GenesisError } from './errors.ts'

/**
 * Imports a user's file by its path and gives its default export.
 *
 * TypeScript is run as it is, on every supported Node. `genesis/...` inside it means this very
 * copy of Genesis, wherever the file lies and whatever is installed beside it: two copies would
 * not know each other's objects.
 */
export async function loadModule(path: string): Promise<unknown> {
  const url = pathToFileURL(resolve(path)).href
  meanThisGenesis()
  const isTypeScript = /\.[cm]?tsx?$/.test(path)
  const unregister = isTypeScript ? (await import('tsx/esm/api')).register() : null
  try {
    const loaded = (await import(url)) as { default?: unknown }
    return loaded.default
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new GenesisError('bad-input', `${path} could not be loaded: ${why}`, { cause })
  } finally {
    await unregister?.()
  }
}

let registered = false

function meanThisGenesis(): void {
  // Run from its sources, as tests and benchmarks are, the names are resolved by tsconfig's paths.
  if (registered || import.meta.url.endsWith('.ts')) return
  registered = true
  registerHooks('./genesis-resolver.js', import.meta.url)
}
