import { readdir, writeFile } from 'node:fs/promises'
import { dial } from './dial.ts'
import { which } from './programs.ts'
import { ServiceError } from './service-error.ts'
import type { Service } from './service.ts'

/**
 * RabbitMQ with its own HOME (for Erlang's cookie), its own name server (epmd) and distribution
 * port, all on loopback, so that it neither meets nor disturbs another Erlang on this machine.
 *
 * epmd is started by us, in the foreground: left to RabbitMQ it would become a daemon that
 * nobody stops.
 */
export const rabbitmq: Service = {
  name: 'rabbitmq',
  variable: 'AMQP_URL',
  debianPackage: 'rabbitmq-server',
  url: ({ port, password }) => `amqp://genesis:${password}@127.0.0.1:${port}`,

  async locate() {
    // Debian's wrapper in the PATH insists on the system's user and folders; the script it wraps
    // lies below.
    const server = await which('rabbitmq-server', [...(await debianFolders()), ...BREW_FOLDERS])
    const epmd = await which('epmd', ['/usr/lib/erlang/bin'])
    return server && epmd ? { server, epmd } : null
  },

  async start(site, { server, epmd }) {
    const [epmdPort, distributionPort] = await site.freePorts(2)
    const config = `${site.folder}/rabbitmq.conf`
    await writeFile(config, configuration(site.port, site.password), { mode: 0o600 })
    await writeFile(`${site.folder}/enabled_plugins`, '[].\n')

    const erlang = {
      HOME: site.folder,
      ERL_EPMD_PORT: String(epmdPort),
      ERL_EPMD_ADDRESS: '127.0.0.1',
    }
    await site.spawn(epmd!, { args: [], env: erlang })
    await site.spawn(server!, {
      args: [],
      env: {
        ...erlang,
        RABBITMQ_NODENAME: 'genesis@localhost',
        RABBITMQ_DIST_PORT: String(distributionPort),
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS:
          '-kernel inet_dist_use_interface {127,0,0,1} +S 2:2 +sbwt none',
        RABBITMQ_CONF_ENV_FILE: `${site.folder}/no-environment`,
        RABBITMQ_CONFIG_FILE: config,
        RABBITMQ_ADVANCED_CONFIG_FILE: `${site.folder}/no-advanced`,
        RABBITMQ_ENABLED_PLUGINS_FILE: `${site.folder}/enabled_plugins`,
        RABBITMQ_MNESIA_BASE: `${site.folder}/data`,
        RABBITMQ_LOG_BASE: `${site.folder}/log`,
        RABBITMQ_LOGS: '-',
        RABBITMQ_PID_FILE: `${site.folder}/pid`,
        RABBITMQ_GENERATED_CONFIG_DIR: `${site.folder}/generated`,
      },
    })
  },

  async probe(text, deadlineMs) {
    const url = new URL(text)
    const secure = url.protocol === 'amqps:'
    const say = Buffer.from('AMQP\0\0\x09\x01', 'latin1')
    await dial({ url, defaultPort: secure ? 5671 : 5672, secure, deadlineMs, say, done: greeted })
  },
}

const BREW_FOLDERS = ['/opt/homebrew/opt/rabbitmq/sbin', '/usr/local/opt/rabbitmq/sbin']

async function debianFolders(): Promise<string[]> {
  const root = '/usr/lib/rabbitmq/lib'
  const versions = await readdir(root).catch(() => [] as string[])
  return versions.map((version) => `${root}/${version}/sbin`)
}

function configuration(port: number, password: string): string {
  return [
    `listeners.tcp.default = 127.0.0.1:${port}`,
    'default_user = genesis',
    `default_pass = ${password}`,
    'default_user_tags.administrator = true',
    'loopback_users = none',
    // Alarms are for production; a small disk must not block a test's publisher.
    'disk_free_limit.absolute = 64MB',
    'log.console.level = warning',
    '',
  ].join('\n')
}

/** A method frame (type 1) is connection.start; a version header means another protocol. */
function greeted(answer: Buffer): boolean {
  if (answer[0] !== 1) throw new ServiceError('what answers there does not speak AMQP 0-9-1')
  return answer.length >= 7
}
