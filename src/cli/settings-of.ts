import { type Config, resolveConfig, type SettingName } from '../app/index.ts'
import { type Disk, GenesisError, type Process } from '../runtime/index.ts'

/** What the command line gave: settings by name, and the config file. */
export interface GivenSettings {
  readonly flags: Partial<Record<SettingName, unknown>>
  readonly config: string
}

/** The effective settings of flags, environment and the config file, where there is one. */
export async function settingsOf(
  process: Process,
  disk: Disk,
  { flags, config }: GivenSettings,
): Promise<Config> {
  const exists = await disk.exists(config)
  if (!exists && config !== DEFAULT_CONFIG_FILE) {
    throw new GenesisError('bad-config', `--config is "${config}", which does not exist`)
  }
  const file = exists
    ? { path: config, text: new TextDecoder().decode(await disk.readFile(config)) }
    : null
  return resolveConfig({ flags, environment: process.env, file })
}

export const DEFAULT_CONFIG_FILE = 'genesis_config.json'
