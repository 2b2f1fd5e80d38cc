import { request, type IncomingHttpHeaders } from 'node:http'
import { silentLog, systemClock, systemNetwork } from '../../src/runtime/index.ts'
import { createServer, type Server, type ServerParts } from '../../src/server/index.ts'
import type { SystemView } from '../../src/server/index.ts'

/** The real server on a free port of this machine, over any system. */
export async function startServer(
  view: SystemView,
  parts: Partial<ServerParts> = {},
  address: { host?: string; port?: number } = {},
): Promise<{ url: string; stream: string; server: Server }> {
  const server = createServer({
    network: systemNetwork(),
    clock: systemClock(),
    log: silentLog,
    view,
    webRoot: '/nonexistent',
    ...parts,
  })
  const { url } = await server.listen({ port: 0, ...address })
  return { url, stream: `${url.replace('http', 'ws')}/api/v1/stream`, server }
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly json: Readonly<Record<string, unknown>>
}

/** Unlike fetch it may set any header, Host among them. */
export function ask(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  const { method = 'GET', headers = {}, body } = options
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers }, (reply) => {
      let text = ''
      reply.setEncoding('utf8')
      reply.on('data', (chunk: string) => (text += chunk))
      reply.on('end', () => {
        const isJson = /json/.test(reply.headers['content-type'] ?? '') && text !== ''
        const json = isJson ? JSON.parse(text) : {}
        resolve({ status: reply.statusCode!, headers: reply.headers, text, json })
      })
    })
    asked.on('error', reject)
    asked.end(body)
  })
}
