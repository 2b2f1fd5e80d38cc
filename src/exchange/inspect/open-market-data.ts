import { GenesisError, type Disk } from '../../runtime/index.ts'
import { badData } from '../data/bad-data.ts'
import { readCandles, type CandleData } from '../data/candle-files.ts'
import { detectFormat, type DataFormat } from '../data/data-format.ts'
import type { InstrumentOptions } from '../data/data-instrument.ts'
import { openSource } from '../data/data-source.ts'
import { RecordedMarket } from '../recorded/recorded-market.ts'

/**
 * Opens data files of any kind: candles are read, checked and joined at once; a recorded stream
 * is made ready to be read in batches. All files must be of one kind.
 */
export async function openMarketData(
  disk: Disk,
  paths: readonly string[],
  options: InstrumentOptions = {},
): Promise<CandleData | RecordedMarket> {
  if (paths.length === 0)
    throw new GenesisError('bad-input', 'no data file is given; name at least one')
  const sources = []
  const formats: DataFormat[] = []
  for (const path of paths) {
    const source = await openSource(disk, path)
    const format = await detectFormat(source)
    if (isRecorded(format) !== isRecorded(formats[0] ?? format)) {
      throw badData(
        path,
        0,
        `holds ${KINDS[format]} where ${paths[0]} holds ${KINDS[formats[0]!]}; ` +
          'give files of one kind',
      )
    }
    sources.push(source)
    formats.push(format)
  }
  return isRecorded(formats[0]!)
    ? RecordedMarket.of(sources, options)
    : readCandles(sources, formats, options)
}

const KINDS: Readonly<Record<DataFormat, string>> = {
  'candles-csv': 'candles',
  'candles-json': 'candles',
  'binance-stream': 'a recorded stream',
}

function isRecorded(format: DataFormat): boolean {
  return format === 'binance-stream'
}
