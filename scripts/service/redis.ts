import { dial } from './dial.ts'
import { which } from './programs.ts'
import { ServiceError } from './service-error.ts'
import type { Service } from './service.ts'

/**
 * Redis (or Valkey, which is the same to its clients) with every write appended to disk before
 * it is acknowledged, so that tests of loss measure our mistakes and not a setting.
 */
export const redis: Service = {
  name: 'redis',
  variable: 'REDIS_URL',
  debianPackage: 'redis-server',
  url: ({ port, password }) => `redis://:${password}@127.0.0.1:${port}/0`,

  async locate() {
    const server = (await which('redis-server')) ?? (await which('valkey-server'))
    return server ? { server } : null
  },

  async start(site, { server }) {
    const settings = {
      bind: '127.0.0.1',
      port: site.port,
      requirepass: site.password,
      dir: site.folder,
      daemonize: 'no',
      appendonly: 'yes',
      appendfsync: 'always',
      'maxmemory-policy': 'noeviction',
    }
    await site.spawn(server!, {
      args: Object.entries(settings).flatMap(([key, value]) => [`--${key}`, String(value)]),
    })
  },

  async probe(text, deadlineMs) {
    const url = new URL(text)
    const user = decodeURIComponent(url.username)
    const password = decodeURIComponent(url.password)
    const auth = password ? [command('AUTH', ...(user ? [user, password] : [password]))] : []
    await dial({
      url,
      defaultPort: 6379,
      secure: url.protocol === 'rediss:',
      deadlineMs,
      say: Buffer.from([...auth, command('PING')].join('')),
      done: ponged,
    })
  },
}

function command(...words: string[]): string {
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`)
  return `*${words.length}\r\n${parts.join('')}`
}

function ponged(answer: Buffer): boolean {
  const text = answer.toString()
  const refusal = /^-(.*)\r\n/m.exec(text)?.[1]
  if (refusal !== undefined) throw new ServiceError(`Redis says: ${refusal}`)
  if (!/^[+]/.test(text)) throw new ServiceError('what answers there is not Redis')
  return text.includes('+PONG\r\n')
}
