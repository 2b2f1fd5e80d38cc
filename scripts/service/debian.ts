import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { which } from './programs.ts'
import { ServiceError } from './service-error.ts'

/**
 * Installs Debian packages without ever starting the services they bring: Debian asks
 * `policy-rc.d` before it starts anything, and ours says no. Where systemd would start them at the
 * next boot, they are disabled too.
 */
export async function canInstall(): Promise<boolean> {
  return process.getuid?.() === 0 && (await which('apt-get')) !== null
}

export async function install(packages: readonly string[]): Promise<void> {
  const remove = await forbidStarts()
  try {
    await apt(['update'])
    await apt(['install', '--yes', '--no-install-recommends', ...packages])
    await disable(packages)
  } finally {
    await remove()
  }
}

const POLICY = '/usr/sbin/policy-rc.d'
const APT_DEADLINE_MS = 300_000
const run = promisify(execFile)

/** Puts the refusal in place unless this machine has a policy already; gives its removal. */
async function forbidStarts(): Promise<() => Promise<void>> {
  if (existsSync(POLICY)) return async () => undefined
  await writeFile(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  return () => rm(POLICY, { force: true })
}

async function apt(args: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const quiet = ['-qq', '-o', 'DPkg::Lock::Timeout=120']
  try {
    await run('apt-get', [...quiet, ...args], {
      env,
      timeout: APT_DEADLINE_MS,
      maxBuffer: 64 << 20,
    })
  } catch (error) {
    const stderr = (error as { stderr?: string }).stderr ?? ''
    const last = stderr.trim().split('\n').at(-1) || (error as Error).message
    throw new ServiceError(`apt-get ${args[0]} failed: ${last}`)
  }
}

async function disable(packages: readonly string[]): Promise<void> {
  if (!existsSync('/run/systemd/system')) return
  await run('systemctl', ['disable', ...packages], { timeout: 30_000 })
}
