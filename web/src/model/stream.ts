import type { DeltaMessage, ServerMessage } from '../../../src/server/protocol.ts'
import { firstConnection, nextConnection, type ConnectionState } from './connection-state.ts'

/**
 * The page's end of the stream: connects, notices silence, comes back.
 *
 * It asks to resume where it stood. A hole in the numbers, which a correct server never makes,
 * is answered with a new connection and a fresh snapshot, never with a guess.
 */
const SILENCE_MS_AT_FIRST = 15_000
const SILENT_HEARTBEATS_MAX = 3

export interface StreamListener {
  onState(state: ConnectionState): void
  /** Snapshots and deltas, each number once and in order. */
  onMessage(message: ServerMessage): void
}

export class Stream {
  readonly #listener: StreamListener
  #state: ConnectionState = firstConnection
  #socket: WebSocket | null = null
  /** Null until its snapshot is here: before that there is nothing to resume. */
  #session: string | null = null
  #offeredSession: string | null = null
  #number = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #silenceMsMax = SILENCE_MS_AT_FIRST

  constructor(listener: StreamListener) {
    this.#listener = listener
  }

  start(): void {
    this.#connect()
    // A laptop that wakes, or a network that is back, need not wait for the timer.
    addEventListener('online', () => this.#hurry())
    document.addEventListener('visibilitychange', () => this.#hurry())
  }

  #connect(): void {
    const address = new URL('api/v1/stream', document.baseURI)
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
    if (this.#session !== null) {
      address.searchParams.set('session', this.#session)
      address.searchParams.set('after', String(this.#number))
    }
    const socket = new WebSocket(address)
    this.#socket = socket
    this.#expectNews()
    socket.onmessage = ({ data }) => this.#read(JSON.parse(data as string) as ServerMessage)
    socket.onclose = () => this.#lose()
  }

  #read(message: ServerMessage): void {
    this.#expectNews()
    if (message.type === 'hello') {
      this.#offeredSession = message.session
      this.#silenceMsMax = message.heartbeatMs * SILENT_HEARTBEATS_MAX
      this.#listener.onMessage(message)
      // Without a resume the page is stale until the snapshot is here.
      if (message.resumed) this.#step({ type: 'opened' })
      else this.#session = null
      return
    }
    if (message.type === 'delta' && !this.#continues(message)) {
      this.#session = null
      this.#lose()
      return
    }
    this.#session = this.#offeredSession
    this.#number = message.number
    this.#listener.onMessage(message)
    this.#step({ type: 'opened' })
  }

  #continues(delta: DeltaMessage): boolean {
    return delta.from === this.#number + 1
  }

  #lose(): void {
    const socket = this.#socket
    if (socket === null) return
    this.#socket = null
    socket.onmessage = null
    socket.onclose = null
    socket.close()
    this.#step({ type: 'lost', jitter: Math.random() })
    if (this.#state.phase !== 'waiting') return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#retry(), this.#state.delayMs)
  }

  #retry(): void {
    clearTimeout(this.#timer)
    this.#step({ type: 'elapsed' })
    this.#connect()
  }

  #hurry(): void {
    if (this.#state.phase === 'waiting' && document.visibilityState === 'visible') this.#retry()
  }

  #expectNews(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#lose(), this.#silenceMsMax)
  }

  #step(input: Parameters<typeof nextConnection>[1]): void {
    const next = nextConnection(this.#state, input)
    if (next === this.#state) return
    this.#state = next
    this.#listener.onState(next)
  }
}
