import { Command } from 'commander'
import { nearestName, type Process } from '../runtime/index.ts'
import { parseParameterTexts } from '../trading/index.ts'
import type { BackTestArguments } from './back-test-command.ts'
import { givenSettings, refuseIgnoredSettings, withSettings } from './setting-flags.ts'
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
      outputError: (text, write) => write(oneSentence(text)),
    })
    .showSuggestionAfterError()
    .enablePositionalOptions()
  withSettings(root)
    .hook('preAction', (_root, command) => refuseIgnoredSettings(root, command))
    .action(async () => {
      if (root.args.length > 0) refuseUnknownCommand(root, root.args[0]!)
      const { startCommand } = await import('./start-command.ts')
      outcome.code = await startCommand(process, givenSettings(root))
    })
  withSettings(root.command('run'))
    .description('run a strategy in paper mode on the embedded exchange')
    .argument('<strategy>', 'a .ts or .js file, or "demo"')
    .option('--param <name=value...>', 'a parameter of the strategy; repeat for more')
    .option('--paper', 'on paper (the only mode yet)')
    .action(async (strategy: string, own: { param?: string[] }, command: Command) => {
      const { startCommand } = await import('./start-command.ts')
      const { flags, config } = givenSettings(command)
      const parameters = own.param ? { parameters: parseParameterTexts(own.param) } : {}
      outcome.code = await startCommand(process, {
        flags: { ...flags, strategy, ...parameters },
        config,
      })
    })
  addBackTest(root, process)
  addData(root, process)
  addJournal(root, process, outcome)
  withSettings(root.command('doctor'))
    .description('print every setting, its value and where it came from')
    .action(async (_own: unknown, command: Command) => {
      const { doctorCommand } = await import('./doctor-command.ts')
      await doctorCommand(process, givenSettings(command))
    })
  // Last, for commands take it over when they are made: a word too much is the root's to explain.
  return root.allowExcessArguments()
}

function refuseUnknownCommand(root: Command, word: string): never {
  const names = root.commands.map((command) => command.name())
  const nearest = nearestName(word, names)
  const hint = nearest ? `did you mean ${nearest}?` : `it must be one of ${names.join(', ')}`
  return root.error(`there is no command "${word}"; ${hint}`, { exitCode: 2 })
}

/** Commander says `error:` and goes over lines; every refusal of ours is one line. */
function oneSentence(text: string): string {
  const sentence = text.trim().replace(/^error: /, '')
  return `genesis: ${sentence.replace(/\s*\n\s*/g, ' ')}\n`
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
    .action(async (strategy: string, own: BackTestFlags) => {
      const { backTestCommand } = await import('./back-test-command.ts')
      const parameters = parseParameterTexts(own.param ?? [])
      await backTestCommand(process, { ...own, strategy, parameters })
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
  withSettings(root.command('replay'))
    .description('rebuild the state of a paper run from its journal alone, and print it')
    .option('--until <number>', 'the state after this record; default the last')
    .action(async ({ until }: { until?: string }, command: Command) => {
      const { replayCommand } = await import('./journal-command.ts')
      await replayCommand(process, givenSettings(command), until)
    })
}
