import { GenesisError, type Network } from '../runtime/index.ts'

/**
 * Whether an address can be listened on, asked before anything else is begun: listens for a
 * moment and lets go. Rejects with what `listen` would reject with. Another process may still take
 * the port in between; then `listen` says so.
 */
export async function checkAddress(
  network: Network,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> {
  const server = network.createHttpServer((_request, reply) => reply.destroy())
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(listenFailure(cause, host, port)))
    server.listen({ host, port }, () => server.close(() => resolve()))
  })
}

export function listenFailure(cause: unknown, host: string, port: number): unknown {
  const code = (cause as NodeJS.ErrnoException).code
  const details = { host, port, setting: 'API_PORT' }
  if (code === 'EADDRINUSE') {
    const message = `port ${port} of ${host} is in use; stop its user or set API_PORT to another`
    return new GenesisError('port-taken', message, { cause, details })
  }
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    const message = `cannot listen on ${host} port ${port} (${code}); set API_HOST or API_PORT`
    return new GenesisError('bad-config', message, { cause, details })
  }
  return cause
}
