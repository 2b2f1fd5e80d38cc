import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Log, Network } from '../runtime/index.ts'
import { isHostAllowed } from './access.ts'
import type { ServerLimits } from './limits.ts'
import { readParameters } from './parameters.ts'
import { problem, ProblemError, PROBLEM_CONTENT_TYPE } from './problem.ts'
import type { Problem } from './protocol.ts'
import { routesOf, type Route } from './routes.ts'
import { securityHeaders } from './security-headers.ts'
import { hostRefused, STREAM_PATH } from './stream-upgrade.ts'
import type { SystemView } from './system-view.ts'

/**
 * The REST side: read-only routes and the page's files.
 *
 * Every answer has the security headers; every refusal is problem JSON. Fastify is loaded here,
 * at the first use, since a back-test never needs it.
 */
export interface HttpAppParts {
  readonly network: Network
  readonly log: Log
  readonly view: SystemView
  readonly limits: ServerLimits
  readonly webRoot: string
  readonly allowedHosts: readonly string[]
  readonly onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
}

export async function makeHttpApp(parts: HttpAppParts): Promise<FastifyInstance> {
  const { limits } = parts
  const [{ fastify }, { default: fastifyStatic }] = await Promise.all([
    import('fastify'),
    import('@fastify/static'),
  ])
  const app = fastify({
    logger: false,
    bodyLimit: limits.bodyBytesMax,
    forceCloseConnections: true,
    exposeHeadRoutes: true,
    schemaController: { compilersFactory: noSchemas },
    serverFactory: (handle) => boundedServer(parts, handle),
  })
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders)
    const { host } = request.headers
    if (!isHostAllowed(host, parts.allowedHosts)) return send(reply, hostRefused(host))
  })
  app.setErrorHandler((error: FastifyError, request, reply) =>
    send(reply, problemOf(error, request, parts.log)),
  )
  app.setNotFoundHandler((request, reply) => send(reply, nothingHere(request, reply)))
  for (const route of routesOf(parts.view, limits)) addRoute(app, route)
  app.get(STREAM_PATH, (_request, reply) =>
    send(reply, problem('upgrade-required', 'open this address with a WebSocket client')),
  )
  app.register(fastifyStatic, {
    root: parts.webRoot,
    cacheControl: false,
    setHeaders: (reply, path) => reply.setHeader('cache-control', cachingOf(path)),
  })
  return app
}

function addRoute(app: FastifyInstance, route: Route): void {
  app.get<{ Querystring: Readonly<Record<string, unknown>> }>(
    `/api/v1/${route.name}`,
    (request, reply) => {
      const query = readParameters(route.parameters, route.required ?? [], request.query)
      reply.header('cache-control', 'no-store')
      return reply.send(route.answer(query))
    },
  )
}

/** Keeps Fastify from loading its two schema compilers at every start. */
const noSchemas = {
  buildValidator: () => () => {
    throw new Error('routes read their parameters with readParameters, not with a schema')
  },
  buildSerializer: () => () => JSON.stringify,
}

/** `localhost` has two addresses, and Fastify makes a server for each. */
function boundedServer(
  { limits, network, onUpgrade }: HttpAppParts,
  handle: (request: IncomingMessage, reply: ServerResponse) => void,
): Server {
  const server = network.createHttpServer(handle)
  server.requestTimeout = limits.requestTimeoutMs
  server.headersTimeout = limits.requestTimeoutMs
  server.maxConnections = limits.connectionsMax
  server.on('upgrade', onUpgrade)
  return server
}

/** Names of files under `assets/` contain a hash of what is in them; no other file's does. */
function cachingOf(path: string): string {
  const hashed = /[\\/]assets[\\/][^\\/]+$/.test(path)
  return hashed ? 'public, max-age=31536000, immutable' : 'no-cache'
}

function send(reply: FastifyReply, answer: Problem): FastifyReply {
  return reply
    .code(answer.status)
    .header('cache-control', 'no-store')
    .type(PROBLEM_CONTENT_TYPE)
    .send(JSON.stringify(answer))
}

function problemOf(error: FastifyError, request: FastifyRequest, log: Log): Problem {
  if (error instanceof ProblemError) return error.problem
  const status = error.statusCode ?? 500
  if (status === 413) return problem('too-large', 'the body is larger than this server reads')
  if (status >= 400 && status < 500) return problem('bad-input', error.message)
  log.error({ error: error.stack, url: request.url }, 'a request failed')
  return problem('internal', 'the server failed to answer; its error log says why')
}

function nothingHere(request: FastifyRequest, reply: FastifyReply): Problem {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    reply.header('allow', 'GET, HEAD')
    return problem('method-not-allowed', `this server is read-only; ${request.method} does nothing`)
  }
  const path = request.url.split('?')[0]!.slice(0, 200)
  if (path === '/') return problem('not-found', 'the page is not built; npm run build builds it')
  return problem('not-found', `${path} does not exist; the API is under /api/v1/`)
}
