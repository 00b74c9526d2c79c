import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { type DatabaseConnection, socketPath } from '../platform/db/connection.ts';

/** A network between a console and its database that a test can cut. */
export interface TcpProxy {
  /** The same database by way of the proxy. */
  url: string;
  /** Breaks every connection and refuses new ones, as a server that is gone. */
  cut(): Promise<void>;
  /** Swallows what is sent and answers nothing, as Wi-Fi that drops. */
  stall(): void;
  restore(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Puts a proxy on a free loopback port before a database. To a console it is a server, whichever engine is behind it:
 * the embedded one gets a URL of its own that way.
 */
export async function startTcpProxy(connection: DatabaseConnection): Promise<TcpProxy> {
  const url = new URL(connection.engine === 'postgresql' ? connection.url : 'postgres://postgres@127.0.0.1/postgres');
  const target =
    connection.engine === 'postgresql'
      ? { host: url.hostname, port: Number(url.port || 5432) }
      : { path: socketPath(connection.socketFolder) };
  const sockets = new Set<Socket>();
  let stalled = false;
  let server: Server | null = null;

  const listen = (port: number): Promise<Server> =>
    new Promise((resolve, reject) => {
      const made = createServer((client) => {
        const upstream = connect(target);
        for (const socket of [client, upstream]) {
          sockets.add(socket);
          socket.on('error', () => socket.destroy());
          socket.on('close', () => {
            sockets.delete(socket);
            client.destroy();
            upstream.destroy();
          });
        }
        client.on('data', (chunk) => stalled || upstream.write(chunk));
        upstream.on('data', (chunk) => stalled || client.write(chunk));
      });
      made.once('error', reject);
      made.listen(port, '127.0.0.1', () => resolve(made));
    });
  const breakAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const stop = async () => {
    const stopping = server;
    server = null;
    if (!stopping) return;
    const closed = new Promise<void>((resolve) => stopping.close(() => resolve()));
    breakAll();
    await closed;
  };

  server = await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: Object.assign(url, { hostname: '127.0.0.1', port: String(port) }).href,
    cut: stop,
    stall() {
      stalled = true;
    },
    async restore() {
      // What was swallowed is gone for good, as on a real network whose connections time out.
      if (stalled) breakAll();
      stalled = false;
      server ??= await listen(port);
    },
    close: stop,
  };
}
