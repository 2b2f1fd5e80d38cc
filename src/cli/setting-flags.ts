import type { Command } from 'commander'
import { type SettingName, settings } from '../app/index.ts'
import { DEFAULT_CONFIG_FILE, type GivenSettings } from './settings-of.ts'

/**
 * The flags of the settings. They may stand before a command that reads settings or behind it.
 * Other commands have options of the same name and another meaning (`backtest --interval`), so a
 * setting's flag that such a command would ignore is refused.
 */
const flagged = Object.entries(settings).filter(
  (entry): entry is [SettingName, (typeof settings)[SettingName] & { flag: string }] =>
    entry[1].flag !== undefined,
)

export function withSettings(command: Command): Command {
  command.option('--config <file>', `settings as JSON (default: "${DEFAULT_CONFIG_FILE}")`)
  for (const [, { flag, meaning, fallback }] of flagged) {
    const value = typeof fallback === 'boolean' ? '' : ' <value>'
    command.option(`${flag}${value}`, meaning)
  }
  return command
}

/** What was given to a command that reads settings, or before it. */
export function givenSettings(command: Command): GivenSettings {
  const given: Record<string, unknown> = { ...command.parent?.opts(), ...command.opts() }
  const flags = flagged.flatMap(([name, { flag }]) => {
    const value = given[attributeOf(flag)]
    return value === undefined ? [] : [[name, value]]
  })
  const { config = DEFAULT_CONFIG_FILE } = given as { config?: string }
  return { flags: Object.fromEntries(flags), config }
}

export function refuseIgnoredSettings(root: Command, command: Command): void {
  if (command.options.some(({ long }) => long === '--config')) return
  const given = root.opts()
  const ignored = root.options.find((option) => given[option.attributeName()] !== undefined)
  if (ignored === undefined) return
  const sentence = `${ignored.long} says nothing to ${command.name()}; put it behind that word`
  root.error(sentence, { exitCode: 2 })
}

/** `--log-level` is kept by commander as `logLevel`. */
function attributeOf(flag: string): string {
  return flag.replace(/^--/, '').replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
