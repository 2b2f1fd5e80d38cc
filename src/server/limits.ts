/** Every bound of the server, named. The defaults suit one machine and a handful of pages. */
export interface ServerLimits {
  /** Items of one REST page. */
  readonly pageItemsMax: number
  readonly bodyBytesMax: number
  readonly connectionsMax: number
  readonly requestTimeoutMs: number
  /** How long closing waits for clients to say goodbye. */
  readonly closeGraceMs: number
  readonly streamClientsMax: number
  /** A client's message; it has nothing to say. */
  readonly streamMessageBytesMax: number
  /** Above this many unsent bytes a client gets merged updates in place of each one. */
  readonly streamBufferedBytesMax: number
  /** Above this many updates waiting for a slow client it is sent away. */
  readonly streamPendingUpdatesMax: number
  /** Deltas kept for clients that come back. */
  readonly streamRingDeltas: number
  /** Market figures of one key are sent at most once in this time. */
  readonly streamMarketIntervalMs: number
  readonly streamHeartbeatMs: number
}

export const defaultServerLimits: ServerLimits = {
  pageItemsMax: 1000,
  bodyBytesMax: 64 * 1024,
  connectionsMax: 512,
  requestTimeoutMs: 10_000,
  closeGraceMs: 500,
  streamClientsMax: 64,
  streamMessageBytesMax: 1024,
  streamBufferedBytesMax: 1024 * 1024,
  streamPendingUpdatesMax: 20_000,
  streamRingDeltas: 1024,
  streamMarketIntervalMs: 100,
  streamHeartbeatMs: 5000,
}
