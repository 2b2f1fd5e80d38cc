import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import process from 'node:process'
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
      sourcemap: 'inline',
      sourceRoot: pathToFileURL(`${dirname(resolve(path))}/`).href,
      target: 'node20',
      logLevel: 'silent',
      plugins: [outside],
    })
    const code = built.outputFiles[0]!.text
    return { exported: await importText(code), code: plainCode(code) }
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

/** From a file that is gone again at once: only a file's errors are told by its source map. */
async function importText(code: string): Promise<unknown> {
  process.setSourceMapsEnabled(true)
  const folder = await mkdtemp(join(tmpdir(), 'genesis-'))
  try {
    const file = join(folder, 'module.mjs')
    await writeFile(file, code)
    const loaded = (await import(pathToFileURL(file).href)) as { default?: unknown }
    return loaded.default
  } finally {
    await rm(folder, { recursive: true })
  }
}

export interface LoadedModule {
  /** The default export. */
  readonly exported: unknown
  /** Everything of the user's that was imported, as one text: the same in every folder. */
  readonly code: string
}

/** Without what differs from folder to folder. */
function plainCode(code: string): string {
  return code.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '').replaceAll(GENESIS_URL, 'genesis/')
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
