import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { AppError } from '../core/errors.ts';

export interface Listening {
  port: number;
  /** Takes no new connection, lets answers under way finish for a moment, and ends event streams. */
  close(): Promise<void>;
}

const HEADERS_TIMEOUT_MS = 20_000;
/** Imports may be large and the line slow; a body that comes slower than this is cut off. */
const REQUEST_TIMEOUT_MS = 600_000;
const GRACE_MS = 2_000;

/** Serves a fetch handler on an address of this machine. AppError `conflict` when the port is taken. */
export async function listen(
  host: string,
  port: number,
  handle: (request: Request, peer: { address: string }) => Promise<Response>,
): Promise<Listening> {
  const server = createAdaptorServer({
    fetch: (request, env) =>
      handle(request, { address: (env as HttpBindings).incoming.socket.remoteAddress ?? 'unknown' }),
    overrideGlobalObjects: false,
  }) as Server;
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new AppError('conflict', `Port ${port} is in use. Choose another with --port.`)
          : error,
      ),
    );
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        const timeout = setTimeout(() => server.closeAllConnections(), GRACE_MS);
        server.close(() => {
          clearTimeout(timeout);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}
