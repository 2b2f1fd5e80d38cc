import {
  buildCandles,
  inspectData,
  type InstrumentOptions,
  parseInterval,
  reportText,
  writeCandles,
} from '../exchange/index.ts'
import { type Disk, GenesisError } from '../runtime/index.ts'

/**
 * `genesis data inspect <file...> [--json] [--symbol BASE/QUOTE]` and
 * `genesis data candles <file...> --interval 1m --out bars.csv [--symbol BASE/QUOTE]`.
 *
 * Errors are thrown as `GenesisError` with one sentence; whoever wired the command prints it.
 */
export interface DataCommandPorts {
  readonly disk: Disk
  /** To standard output, as it is. */
  write(text: string): void
}

export async function inspect(
  args: { readonly files: readonly string[]; readonly json?: boolean; readonly symbol?: string },
  ports: DataCommandPorts,
): Promise<void> {
  const report = await inspectData(ports.disk, args.files, instrumentOptions(args.symbol))
  ports.write(args.json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report))
}

export async function candles(
  args: {
    readonly files: readonly string[]
    readonly interval: string
    readonly out: string
    readonly symbol?: string
  },
  ports: DataCommandPorts,
): Promise<void> {
  const intervalMs = parseInterval(args.interval, '--interval')
  if (args.files.includes(args.out)) {
    throw new GenesisError('bad-input', `--out is "${args.out}"; it must be none of the files read`)
  }
  const options = instrumentOptions(args.symbol)
  const built = await buildCandles(ports.disk, args.files, intervalMs, options)
  await writeCandles(ports.disk, args.out, built)
  const late = built.lateTrades === 0 ? '' : `; ${built.lateTrades} late trades are in none`
  ports.write(`${built.candles.length} candles of ${args.interval} in ${args.out}${late}\n`)
}

function instrumentOptions(symbol: string | undefined): InstrumentOptions {
  return symbol === undefined ? {} : { symbol }
}
