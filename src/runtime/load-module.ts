import { createRequire } from 'node:module'
import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { BuildFailure, Plugin } from 'esbuild'
import { GenesisError } from './errors.ts'

/**
 * Imports a user's file by its path: its default export, and the code it came to.
 *
 * TypeScript and JavaScript alike, on every supported Node, in any folder and whatever its
 * package.json says. What the file imports by a relative path comes with it; `genesis/...` means
 * this very copy of Genesis, for two copies would not know each other's objects; everything else
 * is a package of the user's own.
 */
export async function loadModule(path: string): Promise<LoadedModule> {
  const { build } = await import('esbuild')
  try {
    const built = await build({
      entryPoints: [resolve(path)],
      absWorkingDir: dirname(resolve(path)),
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      logLevel: 'silent',
      plugins: [outside],
    })
    const code = built.outputFiles[0]!.text
    const url = `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`
    const loaded = (await import(url)) as { default?: unknown }
    return { exported: loaded.default, code: code.replaceAll(GENESIS_URL, 'genesis/') }
  } catch (cause) {
    throw new GenesisError('bad-input', `${path} could not be loaded: ${reasonOf(cause)}`, {
      cause,
    })
  }
}

/** One line, with file and line where the text of a file is at fault. */
function reasonOf(cause: unknown): string {
  const [first] = (cause as Partial<BuildFailure>).errors ?? []
  if (first === undefined) return firstLine(cause instanceof Error ? cause.message : String(cause))
  const { location } = first
  const at = location ? `${location.file}:${location.line}:${location.column + 1}: ` : ''
  return at + firstLine(first.text)
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!
}

export interface LoadedModule {
  /** The default export. */
  readonly exported: unknown
  /** Everything of the user's that was imported, as one text: the same in every folder. */
  readonly code: string
}

const GENESIS_URL = new URL('../', import.meta.url).href

/** Packages stay outside the bundle, by the address they have for the file that names them. */
const outside: Plugin = {
  name: 'outside',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, importer, kind }) => {
      if (kind === 'entry-point' || /^[A-Za-z]:[\\/]/.test(path)) return null
      if (path.startsWith('node:')) return { path, external: true }
      return { path: addressOf(path, importer), external: true }
    })
  },
}

function addressOf(specifier: string, importer: string): string {
  const own = /^genesis\/([a-z]+)$/.exec(specifier)
  // Run from its sources, as benchmarks are, Genesis is made of .ts files.
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  if (own) return new URL(`../${own[1]}/index.${extension}`, import.meta.url).href
  return pathToFileURL(createRequire(importer).resolve(specifier)).href
}
