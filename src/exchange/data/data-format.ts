import { badData } from './bad-data.ts'
import { peekSource, type DataSource } from './data-source.ts'

/** What a data file is, told by what stands in it; the name and its ending say nothing. */
export type DataFormat = 'candles-csv' | 'candles-json' | 'binance-stream'

export async function detectFormat(source: DataSource): Promise<DataFormat> {
  const start = await peekSource(source, PEEK_BYTES)
  if ((start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff)) {
    throw badData(source.path, 1, 'is text in UTF-16; save it as UTF-8')
  }
  const zero = start.indexOf(0)
  if (zero >= 0) throw badData(source.path, 0, 'is not text: it holds zero bytes')
  const text = start
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart()
  if (text === '') throw badData(source.path, 0, 'the file is empty')
  if (/^\d{13,20}\s\{/.test(text)) return 'binance-stream'
  if (text.startsWith('[')) return 'candles-json'
  if (text.startsWith('{')) {
    throw badData(
      source.path,
      1,
      'is a JSON object; candles are a JSON array, ' +
        'and a recorded stream has the local time before each object',
    )
  }
  const firstLine = text.split(/\r?\n/, 1)[0]!
  if (/[,;\t|]/.test(firstLine) || /^https?:\/\//.test(firstLine)) return 'candles-csv'
  throw badData(source.path, 1, 'is neither candles in CSV or JSON nor a recorded Binance stream')
}

const PEEK_BYTES = 4096
