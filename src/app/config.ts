import { GenesisError, nearestName } from '../runtime/index.ts'
import { type Setting, type SettingName, type Settings, settings } from './settings.ts'

/**
 * The effective settings and where each came from. Nothing is half-applied: one bad value or
 * one unknown name refuses the whole with a sentence, and nothing starts.
 */
export interface Config {
  readonly values: Settings
  readonly origins: Readonly<Record<SettingName, Origin>>
}

export type Origin = 'flag' | 'environment' | 'file' | 'default'

export interface ConfigSources {
  /** Values from the command line, by setting name; undefined where not given. */
  readonly flags: Readonly<Partial<Record<SettingName, unknown>>>
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The text of the config file and its name; null where there is none. */
  readonly file: { readonly path: string; readonly text: string } | null
}

const names = Object.keys(settings) as SettingName[]

export function resolveConfig(sources: ConfigSources): Config {
  const fromFile = sources.file ? parseFile(sources.file) : {}
  const values: Partial<Record<SettingName, unknown>> = {}
  const origins: Partial<Record<SettingName, Origin>> = {}
  for (const name of names) {
    const { origin, given, from } = pick(name, sources, fromFile)
    const read: Setting<unknown> = settings[name]
    const checked = read.schema.safeParse(
      origin === 'file' ? given : fromText(given, read.fallback),
    )
    if (!checked.success) throw badSetting(name, from, given)
    values[name] = checked.data
    origins[name] = origin
  }
  return { values: values as Settings, origins: origins as Config['origins'] }
}

function pick(
  name: SettingName,
  sources: ConfigSources,
  fromFile: Readonly<Record<string, unknown>>,
): { origin: Origin; given: unknown; from: string } {
  const { environment, flag, fallback } = settings[name] as unknown as Setting<unknown>
  const flagged = sources.flags[name]
  if (flagged !== undefined) return { origin: 'flag', given: flagged, from: flag ?? name }
  const variable = environment === undefined ? undefined : sources.environment[environment]
  if (variable !== undefined && variable !== '') {
    return { origin: 'environment', given: variable, from: environment! }
  }
  if (name in fromFile)
    return { origin: 'file', given: fromFile[name], from: `${name} in ${sources.file!.path}` }
  return { origin: 'default', given: fallback, from: name }
}

/** Flags and variables are text: brought to the kind of the setting's default. */
function fromText(given: unknown, fallback: unknown): unknown {
  if (typeof given !== 'string') return given
  if (typeof fallback === 'number') return given.trim() === '' ? given : Number(given)
  if (typeof fallback === 'boolean')
    return given === 'true' ? true : given === 'false' ? false : given
  if (Array.isArray(fallback)) return given.split(',').map((item) => item.trim())
  return given
}

function parseFile(file: { path: string; text: string }): Readonly<Record<string, unknown>> {
  let parsed: unknown
  try {
    parsed = JSON.parse(file.text)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new GenesisError('bad-config', `${file.path} is not JSON: ${why}`, { cause })
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new GenesisError('bad-config', `${file.path} must hold one JSON object of settings`)
  }
  for (const key of Object.keys(parsed)) {
    if (!names.includes(key as SettingName)) throw unknownSetting(key, file.path)
  }
  return parsed as Record<string, unknown>
}

function unknownSetting(key: string, path: string): GenesisError {
  const nearest = nearestName(key, names)
  const hint = nearest ? `did you mean "${nearest}"?` : '`genesis doctor` lists all settings'
  return new GenesisError('bad-config', `${path} has an unknown setting "${key}"; ${hint}`, {
    details: { field: key, nearest },
  })
}

function badSetting(name: SettingName, from: string, value: unknown): GenesisError {
  const shown = typeof value === 'string' ? `"${value}"` : JSON.stringify(value)
  return new GenesisError(
    'bad-config',
    `${from} is ${shown}; it must be ${settings[name].allowed}`,
    { details: { field: name, value } },
  )
}
