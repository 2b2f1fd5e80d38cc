import { CommanderError } from 'commander'
import { GenesisError, type Process, processPort } from '../runtime/index.ts'
import { program } from './program.ts'

/**
 * The entry of `genesis`. Exit codes: 0 done; 1 refused or failed, with one sentence on stderr;
 * 2 the command line was not understood.
 */
async function main(process: Process): Promise<number> {
  try {
    const outcome = { code: 0 }
    await program(process, outcome).parseAsync([...process.args], { from: 'user' })
    return outcome.code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (!(error instanceof GenesisError)) throw error
    process.writeError(`genesis: ${error.message}\n`)
    return 1
  }
}

const port = processPort()
await port.exit(await main(port))
