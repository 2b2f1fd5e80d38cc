import { WebSocket, type ClientOptions } from 'ws'
import type { DeltaMessage, HelloMessage, ServerMessage } from '../../src/server/index.ts'

/** A stream client whose messages are read one by one: `next` waits for the one that follows. */
export class StreamReader {
  readonly socket: WebSocket
  readonly closed: Promise<number>
  readonly #arrived: ServerMessage[] = []
  readonly #waiting: ((message: ServerMessage) => void)[] = []

  constructor(url: string, options: ClientOptions = {}) {
    this.socket = new WebSocket(url, options)
    this.closed = new Promise((resolve) => this.socket.on('close', resolve))
    this.socket.on('message', (data) => {
      const message = JSON.parse((data as Buffer).toString()) as ServerMessage
      const waiting = this.#waiting.shift()
      if (waiting) waiting(message)
      else this.#arrived.push(message)
    })
    // A refused upgrade is read by the test from `unexpected-response`.
    this.socket.on('error', () => this.socket.terminate())
  }

  next<Message extends ServerMessage = ServerMessage>(): Promise<Message> {
    const arrived = this.#arrived.shift()
    if (arrived) return Promise.resolve(arrived as Message)
    return new Promise((resolve) => this.#waiting.push(resolve as (message: ServerMessage) => void))
  }

  /** Reads the opening: hello and, unless resumed, the snapshot. */
  async opened(): Promise<HelloMessage> {
    const hello = await this.next<HelloMessage>()
    if (!hello.resumed) await this.next()
    return hello
  }

  /** Deltas until one satisfies `last`, that one included. */
  async deltasUntil(last: (delta: DeltaMessage) => boolean): Promise<DeltaMessage[]> {
    const deltas: DeltaMessage[] = []
    for (;;) {
      const delta = await this.next<DeltaMessage>()
      deltas.push(delta)
      if (last(delta)) return deltas
    }
  }

  close(): void {
    this.socket.terminate()
  }
}
