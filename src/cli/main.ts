import { CommanderError } from 'commander'
import { GenesisError, type Process, processPort } from '../runtime/index.ts'
import { program } from './program.ts'
import { MAY_PASS } from './restart-plan.ts'

/**
 * The entry of `genesis`. Exit codes: 0 done; 1 refused or failed, with one sentence on stderr;
 * 2 the command line was not understood; 70 an error nobody expected. To a parent that would
 * start it again (`--auto-restart`) 75 says: failed for a reason that may pass, as a full disk may.
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
    return process.keeper !== null && mayPass(error) ? MAY_PASS : 1
  }
}

function mayPass({ code, retryable }: GenesisError): boolean {
  return retryable || code === 'disk-full' || code === 'disk-failed'
}

const port = processPort()
await port.exit(await main(port))
