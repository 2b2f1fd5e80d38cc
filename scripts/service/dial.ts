import { connect as connectPlain } from 'node:net'
import type { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { ServiceError } from './service-error.ts'

/**
 * Says one thing to a server and hands over what it answers until `done` is content, all within
 * one deadline. Enough to know that it speaks its protocol; no client library is needed.
 */
export async function dial(request: {
  readonly url: URL
  readonly defaultPort: number
  readonly secure: boolean
  readonly say: Uint8Array
  readonly deadlineMs: number
  /** Whether the answer is whole. Throws when it is the wrong one. */
  readonly done: (answer: Buffer) => boolean
}): Promise<void> {
  const host = request.url.hostname.replace(/^\[|\]$/g, '') || '127.0.0.1'
  const port = Number(request.url.port || request.defaultPort)
  const where = `${host}:${port}`
  const socket = request.secure
    ? connectTls({ host, port, servername: host })
    : connectPlain({ host, port })
  let timer: NodeJS.Timeout | undefined
  try {
    await new Promise<void>((resolve, reject) => {
      const late = () =>
        reject(new ServiceError(`${where} did not answer in ${request.deadlineMs} ms`))
      timer = setTimeout(late, request.deadlineMs)
      listen(socket, request.done, where, resolve, reject)
      socket.write(request.say)
    })
  } finally {
    clearTimeout(timer)
    socket.destroy()
  }
}

function listen(
  socket: Socket,
  done: (answer: Buffer) => boolean,
  where: string,
  resolve: () => void,
  reject: (error: Error) => void,
): void {
  let answer = Buffer.alloc(0)
  socket.on('error', (error) => reject(new ServiceError(`${where}: ${error.message}`)))
  socket.on('close', () => reject(new ServiceError(`${where} closed the connection`)))
  socket.on('data', (chunk) => {
    answer = Buffer.concat([answer, chunk])
    try {
      if (done(answer)) resolve()
    } catch (error) {
      reject(error as Error)
    }
  })
}
