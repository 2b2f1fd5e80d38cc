import type { IncomingMessage, Server, ServerResponse } from 'node:http'

/**
 * The making of sockets as an argument. Today's product listens; outgoing connections join the
 * port with the exchanges on the wire.
 */
export interface Network {
  /** An HTTP server that is not listening yet; WebSocket upgrades arrive as its `upgrade` event. */
  createHttpServer(onRequest: (request: IncomingMessage, reply: ServerResponse) => void): Server
}

/** The network of a back-test or a simulation: asking it for a socket is a programmer's error. */
export const noNetwork: Network = {
  createHttpServer() {
    throw new Error('this runtime has no network')
  },
}
