import { Command } from 'commander'
import { settings, type SettingName } from '../app/index.ts'
import { GenesisError, type Process } from '../runtime/index.ts'
import type { BackTestArguments } from './back-test-command.ts'
import { version } from './version.ts'

/**
 * The words of the command line. What each does is imported when it is asked for: `genesis data
 * inspect` does not load a web server, and the first event is not late for a CSV parser.
 */
export function program(process: Process, outcome: { code: number }): Command {
  const root = new Command('genesis')
    .description('Trades correctly while everything around it fails.')
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => process.write(text),
      writeErr: (text) => process.writeError(text),
    })
    .showSuggestionAfterError()
  withRunOptions(root).action(async (flags: Flags) => {
    const { startCommand } = await import('./start-command.ts')
    outcome.code = await startCommand(process, { flags: runFlags(flags), config: configOf(flags) })
  })
  root
    .command('run')
    .description('run a strategy in paper mode on the embedded exchange')
    .argument('<strategy>', 'a .ts or .js file, or "demo"')
    .option('--param <name=value...>', 'a parameter of the strategy; repeat for more')
    .option('--paper', 'on paper (the only mode yet)')
    .action(async (strategy: string, own: { param?: string[] }, command: Command) => {
      const { startCommand } = await import('./start-command.ts')
      const flags = command.optsWithGlobals<Flags>()
      outcome.code = await startCommand(process, {
        flags: { ...runFlags(flags), strategy, ...parameterFlags(own.param) },
        config: configOf(flags),
      })
    })
  addBackTest(root, process)
  addData(root, process)
  addJournal(root, process, outcome)
  root
    .command('doctor')
    .description('print every setting, its value and where it came from')
    .action(async (_own: unknown, command: Command) => {
      const { doctorCommand } = await import('./doctor-command.ts')
      const flags = command.optsWithGlobals<Flags>()
      await doctorCommand(process, { flags: runFlags(flags), config: configOf(flags) })
    })
  return root
}

type Flags = Readonly<Record<string, string | boolean | string[] | undefined>>

/** The settings that have a flag, and which file they are read from. */
function withRunOptions(command: Command): Command {
  command.option('--config <file>', 'settings as JSON', 'genesis_config.json')
  for (const [, { flag, meaning, fallback }] of flaggedSettings) {
    const value = typeof fallback === 'boolean' ? '' : ' <value>'
    command.option(`${flag}${value}`, meaning)
  }
  return command
}

const flaggedSettings = Object.entries(settings).filter(
  (entry): entry is [SettingName, (typeof settings)[SettingName] & { flag: string }] =>
    entry[1].flag !== undefined,
)

function runFlags(flags: Flags): Partial<Record<SettingName, unknown>> {
  return Object.fromEntries(
    flaggedSettings.flatMap(([name, { flag }]) => {
      const given = flags[camelCase(flag)]
      return given === undefined ? [] : [[name, given]]
    }),
  )
}

function configOf(flags: Flags): string {
  return String(flags['config'])
}

/** `--log-level` is kept by commander as `logLevel`. */
function camelCase(flag: string): string {
  return flag.replace(/^--/, '').replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function parameterFlags(given: readonly string[] | undefined) {
  return given === undefined ? {} : { parameters: parseParameters(given) }
}

/** `["fast=10"]` as `{ fast: "10" }`. */
function parseParameters(given: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf('=')
      if (at > 0) return [text.slice(0, at), text.slice(at + 1)]
      throw new GenesisError('bad-input', `--param is "${text}"; it must be name=value`, {
        details: { field: 'param', value: text },
      })
    }),
  )
}

function addBackTest(root: Command, process: Process): void {
  root
    .command('backtest')
    .description('run a strategy on recorded candles or a recorded stream')
    .argument('<strategy>', 'a .ts or .js file, or "demo"')
    .requiredOption('--data <file...>', 'candles (CSV, JSON, zip, gz) or a recorded stream')
    .option('--param <name=value...>', 'a parameter of the strategy; repeat for more')
    .option('--interval <interval>', "the strategy's bars, such as 1m; default the data's, or 1s")
    .option('--from <time>', 'first bar, such as 2022-01-03 or 2022-01-03T12:00Z')
    .option('--to <time>', 'the bar before which to stop')
    .option('--cash <amount>', 'starting cash in the quote asset', '100000')
    .option('--fees <fraction>', 'of each trade; "0.001" is 0.1 %, or "maker,taker"', '0.001')
    .option('--slippage <fraction>', 'against us on market and stop fills of candles', '0')
    .option('--symbol <symbol>', 'what the data is of, where it does not say, such as BTC/USDT')
    .option('--journal <folder>', 'keep the journal of the run in this folder')
    .option('--json', 'one JSON object: trades, equity and stats')
    .action(async (strategy: string, own: BackTestFlags, command: Command) => {
      const { backTestCommand } = await import('./back-test-command.ts')
      const parameters = parseParameters(own.param ?? [])
      const globals = command.optsWithGlobals<Flags>()
      await backTestCommand(process, {
        ...own,
        cash: String(globals['cash']),
        strategy,
        parameters,
      })
    })
}

type BackTestFlags = Omit<BackTestArguments, 'strategy' | 'parameters'> & {
  readonly param?: readonly string[]
}

function addData(root: Command, process: Process): void {
  const data = root.command('data').description('look at and convert market data')
  data
    .command('inspect')
    .description('format, span, counts, gaps, exact volumes, and the book against its own tops')
    .argument('<file...>')
    .option('--symbol <symbol>', 'where the data does not say')
    .option('--json', 'one JSON object')
    .action(async (files: string[], own: { symbol?: string; json?: boolean }) => {
      const { inspect } = await import('./data-command.ts')
      const { fileDisk } = await import('../runtime/index.ts')
      await inspect({ ...own, files }, { disk: fileDisk(), write: process.write })
    })
  data
    .command('candles')
    .description('candles of any interval from trades or smaller candles, as CSV')
    .argument('<file...>')
    .requiredOption('--interval <interval>', 'such as 1m')
    .requiredOption('--out <file>', 'the CSV to write')
    .option('--symbol <symbol>', 'where the data does not say')
    .action(async (files: string[], own: { interval: string; out: string; symbol?: string }) => {
      const { candles } = await import('./data-command.ts')
      const { fileDisk } = await import('../runtime/index.ts')
      await candles({ ...own, files }, { disk: fileDisk(), write: process.write })
    })
}

function addJournal(root: Command, process: Process, outcome: { code: number }): void {
  root
    .command('verify')
    .description('check a journal: exits 0 clean, 1 damaged, 2 could not look')
    .argument('<journal>', 'the folder of a journal, such as data/journal')
    .action(async (folder: string) => {
      const { verifyCommand } = await import('./journal-command.ts')
      outcome.code = await verifyCommand(process, folder)
    })
  root
    .command('replay')
    .description('rebuild the state of a paper run from its journal alone, and print it')
    .action(async (_own: unknown, command: Command) => {
      const { replayCommand } = await import('./journal-command.ts')
      const flags = command.optsWithGlobals<Flags>()
      await replayCommand(process, { flags: runFlags(flags), config: configOf(flags) })
    })
}
