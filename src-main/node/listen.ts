import { createServer as createHttpServer, type Server, type ServerOptions } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { AppError } from '../core/platform/errors.ts';

export interface Listening {
  port: number;
  /** Takes no new connection, lets answers under way finish for a moment, and ends event streams. */
  close(): Promise<void>;
}

/** What one listener stands, so that nobody can use it up. Times in milliseconds. */
export interface Limits {
  headersTimeout: number;
  /** Imports may be large and the line slow; a request that takes longer is cut off. */
  requestTimeout: number;
  /** A connection on which nothing moves, either way. Event streams send a heartbeat every 15 s. */
  idleTimeout: number;
  /** How often the times above are looked at. */
  checkInterval: number;
  connections: number;
  connectionsPerAddress: number;
}

export const usualLimits: Limits = {
  headersTimeout: 20_000,
  requestTimeout: 600_000,
  idleTimeout: 120_000,
  checkInterval: 5_000,
  connections: 1_000,
  connectionsPerAddress: 250,
};

export interface ListenOptions {
  /** PEM texts: HTTPS instead of HTTP. */
  tls?: { cert: string; key: string } | undefined;
  limits?: Partial<Limits>;
}

const GRACE_MS = 2_000;
const IDLE_LOOK_MS = 50;

/** Serves a fetch handler on an address of this machine. AppError `conflict` when the port is taken. */
export async function listen(
  host: string,
  port: number,
  handle: (request: Request, peer: { address: string }) => Promise<Response>,
  options: ListenOptions = {},
): Promise<Listening> {
  const limits = { ...usualLimits, ...options.limits };
  const serverOptions: ServerOptions = {
    headersTimeout: limits.headersTimeout,
    requestTimeout: limits.requestTimeout,
    connectionsCheckingInterval: limits.checkInterval,
    insecureHTTPParser: false,
  };
  const { tls } = options;
  const server = createAdaptorServer({
    fetch: (request, env) =>
      handle(request, { address: (env as HttpBindings).incoming.socket.remoteAddress ?? 'unknown' }),
    overrideGlobalObjects: false,
    ...(tls
      ? { createServer: createHttpsServer, serverOptions: { ...serverOptions, ...tls, minVersion: 'TLSv1.2' as const } }
      : { createServer: createHttpServer, serverOptions }),
  }) as Server;
  server.timeout = limits.idleTimeout;
  server.maxConnections = limits.connections;
  limitPerAddress(server, limits.connectionsPerAddress);
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
        // An answer that ends now leaves a connection that is idle only then.
        const idle = setInterval(() => server.closeIdleConnections(), IDLE_LOOK_MS);
        server.close(() => {
          clearTimeout(timeout);
          clearInterval(idle);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

/** One address can't take every connection. `connection` comes before TLS, so that handshakes count too. */
function limitPerAddress(server: Server, most: number): void {
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? 'unknown';
    const count = (open.get(address) ?? 0) + 1;
    if (count > most) {
      socket.destroy();
      return;
    }
    open.set(address, count);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left > 0) open.set(address, left);
      else open.delete(address);
    });
  });
}
