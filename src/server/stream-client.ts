import type { WebSocket } from 'ws'
import type { ServerLimits } from './limits.ts'
import { CloseCode, type DeltaMessage, type Update } from './protocol.ts'
import { UpdateBatch } from './update-batch.ts'

/** One numbered step; its text is made once for all clients that take it as it is. */
export interface Delta {
  readonly number: number
  readonly time: number
  readonly updates: readonly Update[]
  text(): string
}

/**
 * One page that listens.
 *
 * - It hears every number exactly once and in order, alone or within a merged delta.
 * - What waits for it is bounded twice: unsent bytes, above which updates are merged in place of
 *   queued, and merged updates, above which it is sent away to take a fresh snapshot.
 */
export class StreamClient {
  readonly #socket: WebSocket
  readonly #limits: ServerLimits
  readonly #pending = new UpdateBatch()
  #sent: number
  #latest: number
  #latestTime = 0
  #answered = true
  #dismissed = false

  /** @param number the last number the client knows once the opening messages are read. */
  constructor(socket: WebSocket, limits: ServerLimits, number: number) {
    this.#socket = socket
    this.#limits = limits
    this.#sent = number
    this.#latest = number
    socket.on('pong', () => (this.#answered = true))
  }

  /** An opening message, before any delta. */
  open(message: object): void {
    this.#send(JSON.stringify(message))
  }

  deliver(delta: Delta): void {
    if (this.#dismissed) return
    const upToDate = this.#sent === this.#latest
    this.#latest = delta.number
    this.#latestTime = delta.time
    if (upToDate && this.#hasRoom()) {
      this.#sent = delta.number
      this.#send(delta.text())
      return
    }
    this.#pending.addAll(delta.updates)
    if (this.#pending.size > this.#limits.streamPendingUpdatesMax) this.#dismiss()
    else this.#catchUp()
  }

  /** False when the last ping was not answered: the client is gone. */
  ping(): boolean {
    if (!this.#answered) return false
    this.#answered = false
    this.#socket.ping()
    return true
  }

  close(code: number, reason: string): void {
    this.#dismissed = true
    this.#socket.close(code, reason)
  }

  terminate(): void {
    this.#dismissed = true
    this.#socket.terminate()
  }

  #catchUp(): void {
    if (this.#dismissed || this.#sent === this.#latest || !this.#hasRoom()) return
    const merged: DeltaMessage = {
      type: 'delta',
      from: this.#sent + 1,
      number: this.#latest,
      time: this.#latestTime,
      updates: this.#pending.take(),
    }
    this.#sent = this.#latest
    this.#send(JSON.stringify(merged))
  }

  #hasRoom(): boolean {
    return this.#socket.bufferedAmount <= this.#limits.streamBufferedBytesMax
  }

  #send(text: string): void {
    // A failed write also closes the socket, which is where it is handled.
    this.#socket.send(text, (error) => {
      if (!error) this.#catchUp()
    })
  }

  #dismiss(): void {
    this.#pending.take()
    this.close(CloseCode.TOO_SLOW, 'too slow even for orders and fills')
  }
}
