import { assert, type Clock, type Log, type Network } from '../runtime/index.ts'
import { makeHttpApp } from './http-app.ts'
import { listenFailure } from './listen-address.ts'
import { defaultServerLimits, type ServerLimits } from './limits.ts'
import { StreamHub } from './stream-hub.ts'
import { answerUpgrade } from './stream-upgrade.ts'
import type { SystemView } from './system-view.ts'

/**
 * REST, WebSocket and the page, on one port.
 *
 * Closed by default: only this machine can reach it unless `host` says otherwise, and then a
 * warning is logged, since there is no password yet. Nothing is loaded or opened before `listen`.
 */
export interface ServerParts {
  readonly network: Network
  readonly clock: Clock
  readonly log: Log
  readonly view: SystemView
  /** The folder of the built page. */
  readonly webRoot: string
  readonly limits?: Partial<ServerLimits>
  /** Names besides `localhost` and plain addresses under which the page may be asked for. */
  readonly allowedHosts?: readonly string[]
  /** Origins besides the server's own that may open the stream. */
  readonly allowedOrigins?: readonly string[]
}

export interface Server {
  /** Port 0 takes any free one. Asserts that it is called once. */
  listen(address: { readonly host?: string; readonly port: number }): Promise<{ url: string }>
  /** Ends the stream and open requests. Twice, or without `listen`, is fine. */
  close(): Promise<void>
}

export function createServer(parts: ServerParts): Server {
  const limits = { ...defaultServerLimits, ...parts.limits }
  const { clock, log, network, view } = parts
  const allowedHosts = parts.allowedHosts ?? []
  const allowedOrigins = parts.allowedOrigins ?? []
  let started = false
  let stop: (() => Promise<void>) | null = null

  const close = async () => {
    const stopping = stop
    stop = null
    await stopping?.()
  }

  return {
    async listen({ host = '127.0.0.1', port }) {
      assert(!started, 'a server listens once')
      started = true
      const { WebSocketServer } = await import('ws')
      const sockets = new WebSocketServer({
        noServer: true,
        maxPayload: limits.streamMessageBytesMax,
        perMessageDeflate: false,
        clientTracking: false,
      })
      const session = `${view.health().startedAt.toString(36)}-${clock.now().toString(36)}`
      const hub = new StreamHub({ view, clock, log, limits, session })
      const upgrade = { sockets, hub, limits, allowedHosts, allowedOrigins }
      const app = await makeHttpApp({
        network,
        log,
        view,
        limits,
        webRoot: parts.webRoot,
        allowedHosts,
        onUpgrade: (request, socket, head) => answerUpgrade(upgrade, request, socket, head),
      })
      hub.start()
      stop = async () => {
        await hub.stop()
        await app.close()
      }
      try {
        const url = await app.listen({ host, port })
        if (!isLoopback(host)) log.warn({ host, port }, 'others can read this server: no password')
        return { url }
      } catch (error) {
        await close()
        throw listenFailure(error, host, port)
      }
    },
    close,
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}
