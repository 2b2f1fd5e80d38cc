import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WebSocketServer } from 'ws'
import { isHostAllowed, isOriginAllowed } from './access.ts'
import type { ServerLimits } from './limits.ts'
import { problem, PROBLEM_CONTENT_TYPE } from './problem.ts'
import type { Problem } from './protocol.ts'
import type { ResumePoint, StreamHub } from './stream-hub.ts'

/**
 * The door of the stream: answers an HTTP upgrade with a WebSocket on the one path, for the right
 * asker, while there is a place; with a problem in every other case.
 */
export const STREAM_PATH = '/api/v1/stream'

export interface UpgradeParts {
  readonly sockets: WebSocketServer
  readonly hub: StreamHub
  readonly limits: ServerLimits
  readonly allowedHosts: readonly string[]
  readonly allowedOrigins: readonly string[]
}

export function answerUpgrade(
  parts: UpgradeParts,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  // Until ws takes over nobody else listens, and an unheard error would end the process.
  const ignore = () => socket.destroy()
  socket.on('error', ignore)
  const refused = refusal(parts, request)
  if (refused) {
    refuseUpgrade(socket, refused)
    return
  }
  parts.sockets.handleUpgrade(request, socket, head, (client) => {
    socket.off('error', ignore)
    parts.hub.accept(client, resumePoint(addressOf(request)))
  })
}

function refusal(parts: UpgradeParts, request: IncomingMessage): Problem | null {
  const { host, origin } = request.headers
  if (!isHostAllowed(host, parts.allowedHosts)) return hostRefused(host)
  if (!isOriginAllowed(origin, host, parts.allowedOrigins)) {
    return problem('origin-refused', `a page of ${origin} may not read this stream`)
  }
  const path = addressOf(request).pathname
  if (path !== STREAM_PATH) {
    return problem('not-found', `${path} is no stream; the stream is ${STREAM_PATH}`)
  }
  const max = parts.limits.streamClientsMax
  if (parts.hub.clientCount >= max) {
    return problem('too-many-clients', `all ${max} places are taken; close another page`)
  }
  return null
}

export function hostRefused(host: string | undefined): Problem {
  const name = (host ?? 'none').slice(0, 100)
  return problem('host-refused', `the Host header is "${name}"; add its name to the allowed hosts`)
}

function addressOf(request: IncomingMessage): URL {
  const base = 'http://localhost'
  const path = request.url ?? '/'
  return URL.canParse(path, base) ? new URL(path, base) : new URL(base)
}

/** A torn or missing resume point is no error: the client gets a snapshot. */
function resumePoint(address: URL): ResumePoint | null {
  const session = address.searchParams.get('session')
  const after = Number(address.searchParams.get('after') ?? Number.NaN)
  return session !== null && Number.isSafeInteger(after) ? { session, after } : null
}

function refuseUpgrade(socket: Duplex, refused: Problem): void {
  const body = JSON.stringify(refused)
  socket.end(
    [
      `HTTP/1.1 ${refused.status} ${refused.title}`,
      'connection: close',
      `content-type: ${PROBLEM_CONTENT_TYPE}`,
      `content-length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  )
}
