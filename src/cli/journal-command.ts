import { replayPaperRun, type ReplayedState } from '../app/index.ts'
import { verifyJournal } from '../journal/index.ts'
import { fileDisk, GenesisError, type Process, silentLog, systemClock } from '../runtime/index.ts'
import { type GivenSettings, settingsOf } from './settings-of.ts'
import { strategyFile } from './strategy-file.ts'

/** `genesis verify`: 0 clean, 1 damaged, 2 could not look. */
export async function verifyCommand(process: Process, folder: string): Promise<number> {
  const report = await verifyJournal({ disk: fileDisk(), folder })
  const { verdict, records, firstNumber, lastNumber, problems, sha256 } = report
  process.write(`${folder}: ${verdict}, ${records} records, the last is number ${lastNumber}\n`)
  if (firstNumber > 1) {
    process.write(`  begins with record ${firstNumber}: older ones were removed on purpose\n`)
  }
  for (const problem of problems) process.write(`  ${problem}\n`)
  if (verdict === 'clean') process.write(`  sha256 of all records: ${sha256}\n`)
  return verdict === 'clean' ? 0 : verdict === 'damaged' ? 1 : 2
}

/** `genesis replay`: the state that the journal alone leads to, at its end or before, as JSON. */
export async function replayCommand(
  process: Process,
  given: GivenSettings,
  untilText?: string,
): Promise<void> {
  const until = untilText === undefined ? undefined : parseNumber(untilText)
  const disk = fileDisk()
  const { values } = await settingsOf(process, disk, given)
  const chosen = await strategyFile(disk, values.strategy)
  const folder = `${values.dataFolder}/journal`
  if (!(await disk.exists(folder))) {
    throw new GenesisError('file-missing', `there is no journal in ${folder}`)
  }
  const runtime = { clock: systemClock(), disk, log: silentLog }
  const state = await replayPaperRun({ runtime, process, settings: values, ...chosen }, until)
  if (until !== undefined && state.lastNumber !== until) throw notThere(until, state)
  process.write(`${JSON.stringify(state, null, 2)}\n`)
}

function parseNumber(text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number) && number >= 1) return number
  const sentence = `--until is "${text}"; it must be the number of a record, 1 or more`
  throw new GenesisError('bad-input', sentence)
}

function notThere(until: number, { lastNumber }: ReplayedState): GenesisError {
  const sentence = `--until is ${until}; the journal's last record is number ${lastNumber}`
  return new GenesisError('bad-input', sentence)
}
