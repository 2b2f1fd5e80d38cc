import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { canInstall, install } from './debian.ts'
import { clear, isUp, launch, PROBE_DEADLINE_MS } from './launch.ts'
import { Place } from './place.ts'
import type { Running, State } from './place.ts'
import { postgres } from './postgres.ts'
import { processesOf } from './process-table.ts'
import { rabbitmq } from './rabbitmq.ts'
import { redis } from './redis.ts'
import { ServiceError } from './service-error.ts'
import type { Programs, Service, ServiceName } from './service.ts'

/**
 * `scripts/services up | down | env | status`.
 *
 * Only `export` and `unset` lines go to the standard output, so that a shell can `eval` them; all
 * that is meant for people goes to the other. Exit 1 is a failure, 3 says that this machine can
 * not run them and how else to get them.
 */
const services: Readonly<Record<ServiceName, Service>> = { postgres, redis, rabbitmq }
const CANNOT = 3

const HELP = `scripts/services up       start what is not running; prints exports. Or one: up redis
scripts/services env      the exports of what is running
scripts/services status   what runs where
scripts/services down     stop all and remove every file
  --at <folder>           keep the servers there and not in the temporary folder

DATABASE_URL, REDIS_URL and AMQP_URL, when set, name servers to use in place of private ones.
  eval "$(scripts/services up)"      eval "$(scripts/services down)"`

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { at: { type: 'string' }, help: { type: 'boolean' } },
  })
  const [verb = 'help', ...names] = positionals
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const place = values.at === undefined ? Place.ofCheckout(root) : new Place(values.at)
  const wanted = names.length === 0 ? Object.values(services) : names.map(named)

  if (values.help || verb === 'help') say(HELP)
  else if (verb === 'up') return place.locked(() => up(place, wanted))
  else if (verb === 'down') await place.locked(() => down(place))
  else if (verb === 'env') return environment(place, wanted)
  else if (verb === 'status') await status(place, wanted)
  else throw new ServiceError(`unknown verb "${verb}"; it is one of up, down, env, status`)
  return 0
}

async function up(place: Place, wanted: readonly Service[]): Promise<number> {
  await place.create()
  const state: Record<string, Running> = { ...(await place.read()) }
  const urls = new Map<Service, string>()
  const absent: Service[] = []
  for (const service of wanted) {
    const url = await existing(service, state)
    if (url === null) absent.push(service)
    else urls.set(service, url)
  }

  const programs = await locateAll(absent)
  if (programs === null) {
    if (Object.keys(state).length === 0) await place.remove()
    return cannot(absent)
  }
  const save = (service: Service) => async (running: Running) => {
    state[service.name] = running
    await place.write(state)
  }
  const started = await Promise.allSettled(
    absent.map(async (service) => {
      const left = state[service.name]
      if (left) await clear(service, place, left.processes)
      const running = await launch(service, programs.get(service)!, place, save(service))
      urls.set(service, running.url)
    }),
  )
  const failed = started.find((one) => one.status === 'rejected')
  if (failed) throw failed.reason
  for (const service of wanted) print(`export ${service.variable}=${urls.get(service)}`)
  return 0
}

/** The address of one that need not be started: named in the environment, or ours already. */
async function existing(service: Service, state: State): Promise<string | null> {
  const ours = state[service.name]
  const url = process.env[service.variable]
  if (ours && (url === undefined || url === ours.url)) {
    return (await isUp(service, ours)) ? ours.url : null
  }
  if (url === undefined || url === '') return null
  await service.probe(url, PROBE_DEADLINE_MS).catch((error: Error) => {
    const way = `start it, or \`unset ${service.variable}\` for a private one`
    throw new ServiceError(`${service.variable} is set, but ${error.message}; ${way}`)
  })
  return url
}

async function locateAll(absent: readonly Service[]): Promise<Map<Service, Programs> | null> {
  const locate = async () =>
    new Map(await Promise.all(absent.map(async (one) => [one, await one.locate()] as const)))
  let found = await locate()
  const missing = absent.filter((service) => !found.get(service))
  if (missing.length > 0 && (await canInstall())) {
    const packages = missing.map(({ debianPackage }) => debianPackage)
    say(`installing ${packages.join(', ')}`)
    await install(packages)
    found = await locate()
  }
  const all = [...found].filter((entry): entry is [Service, Programs] => entry[1] !== null)
  return all.length === absent.length ? new Map(all) : null
}

function cannot(absent: readonly Service[]): number {
  const names = absent.map(({ name }) => name).join(' ')
  say(`not installed here, and only root on Debian can be helped: ${names}. With docker:`)
  say(`  docker compose up --detach --wait ${names}`)
  for (const { variable, name } of absent) say(`  export ${variable}=${COMPOSE_URLS[name]}`)
  return CANNOT
}

/** As in compose.yaml. */
const COMPOSE_URLS: Readonly<Record<ServiceName, string>> = {
  postgres: 'postgres://genesis:genesis@127.0.0.1:55432/postgres',
  redis: 'redis://:genesis@127.0.0.1:56379/0',
  rabbitmq: 'amqp://genesis:genesis@127.0.0.1:55672',
}

async function down(place: Place): Promise<void> {
  const state = await place.read()
  const every = Object.values(services)
  await Promise.all(every.map((one) => clear(one, place, state[one.name]?.processes ?? [])))
  const left = await processesOf(place.folder)
  if (left.length > 0)
    throw new ServiceError(`still running: ${left.map(({ pid }) => pid).join(', ')}`)
  await place.remove()
  for (const { variable, name } of every) {
    const ours = state[name]?.url
    if (ours !== undefined && process.env[variable] === ours) print(`unset ${variable}`)
  }
}

async function environment(place: Place, wanted: readonly Service[]): Promise<number> {
  const state = await place.read()
  const urls = await Promise.all(wanted.map((service) => existing(service, state)))
  const absent = wanted.filter((_, index) => urls[index] === null)
  for (const [index, service] of wanted.entries()) {
    if (urls[index] !== null) print(`export ${service.variable}=${urls[index]}`)
  }
  if (absent.length === 0) return 0
  say(`not running: ${absent.map(({ name }) => name).join(', ')}; start with scripts/services up`)
  return 1
}

async function status(place: Place, wanted: readonly Service[]): Promise<void> {
  const state = await place.read()
  for (const service of wanted) {
    const ours = state[service.name]
    const named = process.env[service.variable]
    const url = named ?? ours?.url
    const answers = url !== undefined && (await service.probe(url, PROBE_DEADLINE_MS).then(yes, no))
    const pids = ours && url === ours.url ? ` pid ${ours.processes.at(-1)?.pid}` : ''
    const where = url === undefined ? 'not started' : `${new URL(url).host}${pids}`
    say(`${service.name.padEnd(9)} ${answers ? 'up  ' : 'down'} ${where}`)
  }
}

const yes = () => true
const no = () => false

function named(name: string): Service {
  const service = services[name as ServiceName]
  if (service) return service
  throw new ServiceError(
    `unknown service "${name}"; it is one of ${Object.keys(services).join(', ')}`,
  )
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

try {
  process.exitCode = await main()
} catch (error) {
  const known = error instanceof ServiceError
  say(`services: ${known ? error.message : (error as Error).stack}`)
  process.exitCode = 1
}
