import { readdir, writeFile } from 'node:fs/promises'
import { dial } from './dial.ts'
import { which } from './programs.ts'
import { ServiceError } from './service-error.ts'
import type { Service } from './service.ts'

/**
 * PostgreSQL with full durability, on loopback TCP only. It refuses to run as root, so root hands
 * its folder to the `postgres` user (or `nobody`) and starts it as that.
 */
export const postgres: Service = {
  name: 'postgres',
  variable: 'DATABASE_URL',
  debianPackage: 'postgresql',
  url: ({ port, password }) => `postgres://genesis:${password}@127.0.0.1:${port}/postgres`,

  async locate() {
    const folders = [process.env['PGBIN'] ?? '', ...(await debianFolders())].filter(Boolean)
    const server = await which('postgres', folders)
    const initdb = await which('initdb', folders)
    return server && initdb ? { server, initdb } : null
  },

  async start(site, { server, initdb }) {
    const owner = await site.unprivileged(['postgres', 'nobody'])
    const secret = `${site.folder}/password`
    await writeFile(secret, `${site.password}\n`, { mode: 0o600 })
    const data = `${site.folder}/data`
    await site.give(owner)
    await site.run(initdb!, {
      owner,
      args: [
        ...['--pgdata', data, '--username', 'genesis', '--pwfile', secret],
        ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C', '--no-sync'],
      ],
    })
    const settings = {
      listen_addresses: '127.0.0.1',
      port: site.port,
      unix_socket_directories: '',
      max_connections: 200,
    }
    await site.spawn(server!, {
      owner,
      args: [
        '-D',
        data,
        ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
      ],
      // Fast shutdown: open sessions are cut, a checkpoint is written.
      stopSignal: 'SIGINT',
    })
  },

  async probe(text, deadlineMs) {
    const url = new URL(text)
    await dial({
      url,
      defaultPort: 5432,
      secure: false,
      deadlineMs,
      say: startup(url),
      done: answered,
    })
  },
}

/** Debian keeps the server out of the PATH, one folder a version; the newest comes first. */
async function debianFolders(): Promise<string[]> {
  const root = '/usr/lib/postgresql'
  const versions = await readdir(root).catch(() => [] as string[])
  return versions
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => `${root}/${version}/bin`)
}

/** The start-up packet of protocol 3.0: its length, the version, then names and values. */
function startup(url: URL): Uint8Array {
  const user = decodeURIComponent(url.username) || 'postgres'
  const database = url.pathname.slice(1) || user
  const body = Buffer.from(`user\0${user}\0database\0${database}\0\0`)
  const head = Buffer.alloc(8)
  head.writeInt32BE(8 + body.length, 0)
  head.writeInt32BE(3 << 16, 4)
  return Buffer.concat([head, body])
}

/** Being asked for a password, or being let in, is an answer; "starting up" is an error. */
function answered(answer: Buffer): boolean {
  const kind = String.fromCharCode(answer[0]!)
  if (kind === 'R') return true
  if (kind !== 'E') throw new ServiceError('what answers there is not PostgreSQL')
  const message = answer
    .toString('utf8', 5)
    .split('\0')
    .find((field) => field.startsWith('M'))
  if (message === undefined) return false
  throw new ServiceError(`PostgreSQL says: ${message.slice(1)}`)
}
