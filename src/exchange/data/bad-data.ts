import { GenesisError } from '../../runtime/index.ts'

/**
 * What is wrong with a data file, as one sentence that starts with the file and the line.
 *
 * The form `file:line: sentence` is what editors and terminals turn into a link. Line 0 stands
 * for the file as a whole.
 */
export function badData(file: string, line: number, sentence: string): GenesisError {
  const where = line > 0 ? `${file}:${line}` : file
  return new GenesisError('bad-data', `${where}: ${sentence}`, { details: { file, line } })
}

/** Thrown by a container (gzip, ZIP) that cannot go on; the reader of lines adds the line. */
export class TornContainer extends Error {
  override readonly name = 'TornContainer'
}

/** Text out of a file as it may stand in a sentence: short, printable, in quotes. */
export function quoted(text: string): string {
  const printable = text.replace(/[^\x20-\x7e]/g, '?')
  return `"${printable.length > 40 ? `${printable.slice(0, 37)}...` : printable}"`
}
