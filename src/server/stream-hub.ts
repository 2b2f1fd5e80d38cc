import type { WebSocket } from 'ws'
import { assert, type Clock, type Log, type Timer } from '../runtime/index.ts'
import { isUrgent } from './conflation.ts'
import { DeltaRing } from './delta-ring.ts'
import type { ServerLimits } from './limits.ts'
import {
  CloseCode,
  PROTOCOL_VERSION,
  type DeltaMessage,
  type HelloMessage,
  type Update,
} from './protocol.ts'
import { snapshotOf } from './snapshot.ts'
import { StreamClient, type Delta } from './stream-client.ts'
import type { SystemView } from './system-view.ts'
import { UpdateBatch } from './update-batch.ts'

/** Where a returning client stood. */
export interface ResumePoint {
  readonly session: string
  readonly after: number
}

export interface StreamHubParts {
  readonly view: SystemView
  readonly clock: Clock
  readonly log: Log
  readonly limits: ServerLimits
  readonly session: string
}

/**
 * Turns the system's updates into numbered deltas and gives them to every client.
 *
 * - Orders, fills and the mode go out in the next turn; market figures at most ten times a second
 *   and key, however many the market makes.
 * - A snapshot is taken, and its client added, in one turn. Updates that were waiting at that
 *   moment reach it again in the next delta, so an update must be harmless when seen twice.
 */
export class StreamHub {
  readonly #parts: StreamHubParts
  readonly #ring: DeltaRing
  readonly #clients = new Set<StreamClient>()
  readonly #market = new UpdateBatch()
  readonly #urgent = new UpdateBatch()
  #marketTimer: Timer | null = null
  #urgentTimer: Timer | null = null
  #heartbeat: Timer | null = null
  #unsubscribe: (() => void) | null = null
  #onEmpty: (() => void) | null = null
  #quiet = true

  constructor(parts: StreamHubParts) {
    this.#parts = parts
    this.#ring = new DeltaRing(parts.limits.streamRingDeltas)
  }

  get clientCount(): number {
    return this.#clients.size
  }

  start(): void {
    assert(this.#unsubscribe === null, 'a stream hub is started once')
    const { clock, limits, view } = this.#parts
    this.#unsubscribe = view.subscribe((update) => this.#take(update))
    this.#heartbeat = clock.every(limits.streamHeartbeatMs, () => this.#beat())
  }

  /** Says goodbye, gives clients `closeGraceMs` to answer and cuts off those that do not. */
  async stop(): Promise<void> {
    this.#unsubscribe?.()
    for (const timer of [this.#marketTimer, this.#urgentTimer, this.#heartbeat]) timer?.cancel()
    for (const client of this.#clients) client.close(CloseCode.GOING_AWAY, 'the server stops')
    await this.#goodbyes()
    for (const client of this.#clients) client.terminate()
  }

  accept(socket: WebSocket, resume: ResumePoint | null): void {
    const { clock, limits, log, session, view } = this.#parts
    const missed = resume?.session === session ? this.#ring.since(resume.after) : null
    const number = this.#ring.last
    const client = new StreamClient(socket, limits, number)
    const hello: HelloMessage = {
      type: 'hello',
      protocol: PROTOCOL_VERSION,
      session,
      version: view.health().version,
      time: clock.now(),
      resumed: missed !== null,
      heartbeatMs: limits.streamHeartbeatMs,
    }
    client.open(hello)
    if (missed === null) client.open(snapshotOf(view, number))
    else if (resume!.after < number) {
      client.open(deltaMessage(resume!.after + 1, number, clock.now(), missed))
    }
    this.#clients.add(client)
    socket.on('close', () => {
      this.#clients.delete(client)
      if (this.#clients.size === 0) this.#onEmpty?.()
    })
    socket.on('error', (error) => log.debug({ error: error.message }, 'a stream client failed'))
    socket.on('message', () => client.close(CloseCode.POLICY, 'this stream only speaks'))
  }

  /** Resolves when the last client is gone, at the latest after the grace. */
  #goodbyes(): Promise<void> {
    if (this.#clients.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const { clock, limits } = this.#parts
      const grace = clock.after(limits.closeGraceMs, resolve)
      this.#onEmpty = () => {
        grace.cancel()
        resolve()
      }
    })
  }

  #take(update: Update): void {
    const { clock, limits } = this.#parts
    if (isUrgent(update)) {
      this.#urgent.add(update)
      this.#urgentTimer ??= clock.after(0, () => {
        this.#urgentTimer = null
        this.#publish(this.#urgent.take())
      })
      return
    }
    this.#market.add(update)
    this.#marketTimer ??= clock.after(limits.streamMarketIntervalMs, () => {
      this.#marketTimer = null
      this.#publish(this.#market.take())
    })
  }

  #publish(updates: readonly Update[]): void {
    this.#quiet = false
    const number = this.#ring.push(updates)
    const time = this.#parts.clock.now()
    let text: string | null = null
    const delta: Delta = {
      number,
      time,
      updates,
      text: () => (text ??= JSON.stringify(deltaMessage(number, number, time, updates))),
    }
    for (const client of this.#clients) client.deliver(delta)
  }

  #beat(): void {
    if (this.#quiet && this.#clients.size > 0) this.#publish([])
    this.#quiet = true
    for (const client of this.#clients) {
      if (!client.ping()) client.terminate()
    }
  }
}

function deltaMessage(
  from: number,
  number: number,
  time: number,
  updates: readonly Update[],
): DeltaMessage {
  return { type: 'delta', from, number, time, updates }
}
