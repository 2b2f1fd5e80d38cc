/**
 * What `npm ci` needs on every machine and not only on the one that wrote the lock.
 *
 * npm silently leaves an optional platform package out of package-lock.json when the registry it
 * asked lacked it, and `npm ci` then fails for everybody on that platform. And a version
 * that is no exact pin becomes another one on another Node, since npm picks by `engines`.
 */
export interface Manifest {
  readonly name?: string
  readonly dependencies?: Versions
  readonly devDependencies?: Versions
  readonly optionalDependencies?: Versions
  readonly overrides?: Readonly<Record<string, unknown>>
}

export interface Lockfile {
  readonly packages: Readonly<Record<string, LockedPackage>>
}

interface LockedPackage {
  readonly version?: string
  readonly resolved?: string
  readonly link?: boolean
  readonly dependencies?: Versions
  readonly devDependencies?: Versions
  readonly optionalDependencies?: Versions
}

type Versions = Readonly<Record<string, string>>

/** One sentence for each fault; none when all is well. `manifests` by folder, '' the root's. */
export function lockfileFaults(
  manifests: Readonly<Record<string, Manifest>>,
  lock: Lockfile,
): string[] {
  return [
    ...Object.entries(manifests).flatMap(([folder, manifest]) => pinFaults(folder, manifest)),
    ...Object.entries(manifests).flatMap(([folder, one]) => staleFaults(folder, one, lock)),
    ...Object.entries(lock.packages).flatMap(([path, one]) => holeFaults(path, one, lock)),
    ...Object.entries(lock.packages).flatMap(([path, one]) => sourceFaults(path, one)),
  ]
}

const EXACT = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/
const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies'] as const

function pinFaults(folder: string, manifest: Manifest): string[] {
  const overrides = Object.entries(manifest.overrides ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  const named = [...KINDS.flatMap((kind) => Object.entries(manifest[kind] ?? {})), ...overrides]
  return named
    .filter(([, version]) => !EXACT.test(version))
    .map(([name, version]) => {
      return `${manifestPath(folder)} asks for ${name}@${version}; pin one exact version`
    })
}

/** The lock repeats what each package.json asked for when it was written. */
function staleFaults(folder: string, manifest: Manifest, lock: Lockfile): string[] {
  const locked = lock.packages[folder]
  if (!locked) return [`package-lock.json does not know ${manifestPath(folder)}; run npm install`]
  return KINDS.flatMap((kind) => {
    const wanted = manifest[kind] ?? {}
    const known = locked[kind] ?? {}
    const names = new Set([...Object.keys(wanted), ...Object.keys(known)])
    return [...names]
      .filter((name) => wanted[name] !== known[name])
      .map((name) => {
        const was = known[name] ?? 'nothing'
        const is = wanted[name] ?? 'nothing'
        return `${manifestPath(folder)} asks for ${name} ${is}, package-lock.json for ${was}`
      })
  })
}

function holeFaults(path: string, locked: LockedPackage, lock: Lockfile): string[] {
  const missing = (versions: Versions | undefined) =>
    Object.entries(versions ?? {}).filter(([name]) => !resolves(path, name, lock))
  const who = path === '' ? 'the root' : path.replace(/^.*node_modules\//, '')
  return [
    ...missing(locked.optionalDependencies).map(([name, version]) => {
      return (
        `${name}@${version}, optional to ${who}, is missing from package-lock.json: ` +
        `\`npm ci\` fails where it is needed; take a version of ${who} whose parts all exist`
      )
    }),
    ...missing(locked.dependencies).map(([name, version]) => {
      return `${name}@${version}, which ${who} needs, is missing from package-lock.json`
    }),
  ]
}

/** Whoever clones the project has the public registry, not the mirror the lock was made with. */
function sourceFaults(path: string, { resolved, link }: LockedPackage): string[] {
  if (link || resolved === undefined || resolved.startsWith(PUBLIC_REGISTRY)) return []
  return [`${path} in package-lock.json comes from ${resolved}, not from ${PUBLIC_REGISTRY}`]
}

const PUBLIC_REGISTRY = 'https://registry.npmjs.org/'

/** Whether Node, from `path`, would find `name` in a node_modules on the way up. */
function resolves(path: string, name: string, { packages }: Lockfile): boolean {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const folder = at === '' ? 'node_modules' : `${at}/node_modules`
    if (packages[`${folder}/${name}`]) return true
    if (at === '') return false
  }
}

function manifestPath(folder: string): string {
  return folder === '' ? 'package.json' : `${folder}/package.json`
}
