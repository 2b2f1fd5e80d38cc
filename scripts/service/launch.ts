import { randomBytes } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Place, Running } from './place.ts'
import { isAlive, processesOf, stopProcesses } from './process-table.ts'
import { ServiceError } from './service-error.ts'
import type { Programs, Service } from './service.ts'
import { freePorts, Site } from './site.ts'
import type { Recorded } from './site.ts'

/**
 * Brings one server up on a free port, or takes it down until no process and no folder is left.
 * Another program may take the port between our look and the server's bind, so a server that
 * ends before it answers gets a second try on another port.
 */
export async function launch(
  service: Service,
  programs: Programs,
  place: Place,
  save: (running: Running) => Promise<void>,
): Promise<Running> {
  for (let attempt = 1; ; attempt++) {
    await clear(service, place, [])
    try {
      return await tryLaunch(service, programs, place, save)
    } catch (error) {
      const log = await readFile(`${place.folderOf(service.name)}/output.log`, 'utf8').catch(
        () => '',
      )
      if (attempt < ATTEMPTS && error instanceof EndedEarly) continue
      const tail = log.trim().split('\n').slice(-8).join('\n  ')
      throw new ServiceError(`${service.name}: ${(error as Error).message}\n  ${tail}`.trimEnd(), {
        cause: error,
      })
    }
  }
}

/** Whether what is written down still runs and answers. */
export async function isUp(service: Service, running: Running): Promise<boolean> {
  const alive = await Promise.all(running.processes.map(isAlive))
  if (alive.length === 0 || alive.includes(false)) return false
  return service.probe(running.url, PROBE_DEADLINE_MS).then(
    () => true,
    () => false,
  )
}

/** Ends the recorded processes, last started first, then whatever else works in the folder. */
export async function clear(
  service: Service,
  place: Place,
  recorded: readonly Recorded[],
): Promise<void> {
  const folder = place.folderOf(service.name)
  for (const one of recorded.toReversed()) {
    const list = async () => ((await isAlive(one)) ? [one] : [])
    await stopProcesses(list, one.stopSignal, STOP_PATIENCE_MS)
  }
  await stopProcesses(() => processesOf(folder), 'SIGTERM', recorded.length > 0 ? 1000 : 5000)
  await rm(folder, { recursive: true, force: true })
}

export const PROBE_DEADLINE_MS = 3000
const READY_DEADLINE_MS = 90_000
const STOP_PATIENCE_MS = 15_000
const ATTEMPTS = 2

class EndedEarly extends ServiceError {
  override readonly name = 'EndedEarly'
}

async function tryLaunch(
  service: Service,
  programs: Programs,
  place: Place,
  save: (running: Running) => Promise<void>,
): Promise<Running> {
  const [port] = await freePorts(1)
  const password = randomBytes(12).toString('hex')
  const processes: Recorded[] = []
  const running: Running = { url: service.url({ port: port!, password }), processes }
  const site = new Site({
    folder: place.folderOf(service.name),
    port: port!,
    password,
    record: async (process) => {
      processes.push(process)
      await save(running)
    },
  })
  await site.prepare()
  await service.start(site, programs)
  await untilReady(service, running)
  return running
}

async function untilReady(service: Service, running: Running): Promise<void> {
  const deadline = performance.now() + READY_DEADLINE_MS
  for (;;) {
    const fault = await service.probe(running.url, PROBE_DEADLINE_MS).then(
      () => null,
      (error: Error) => error.message,
    )
    const alive = await Promise.all(running.processes.map(isAlive))
    if (alive.includes(false)) throw new EndedEarly('it ended before it answered')
    if (fault === null) return
    if (performance.now() > deadline) throw new ServiceError(`not ready after 90 s: ${fault}`)
    await sleep(50)
  }
}
