import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type DatabaseConnection, socketPath } from '../platform/db/connection.ts';

/** A way to a database, of either engine, whose connections break at a word. */
export interface BreakingProxy {
  /** The same database by way of the proxy, as `pg` takes it. */
  connection: { connectionString: string };
  /** Breaks the next connection that this is sent over, before it arrives: as one that died while nobody used it. */
  breakBefore(text: string): void;
  close(): Promise<void>;
}

/** Puts a proxy on a free loopback port before a database. */
export async function startBreakingProxy(target: DatabaseConnection): Promise<BreakingProxy> {
  const url = new URL(target.engine === 'embedded' ? 'postgres://postgres@localhost/postgres' : target.url);
  const open = () =>
    target.engine === 'embedded'
      ? connect(socketPath(target.socketFolder))
      : connect(Number(url.port || 5432), url.hostname);
  const sockets = new Set<Socket>();
  let fatal: string | null = null;
  const server = createServer((client) => {
    const upstream = open();
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk: Buffer) => {
      if (fatal === null || !chunk.includes(fatal)) return upstream.write(chunk);
      fatal = null;
      return client.destroy();
    });
    upstream.on('data', (chunk) => client.write(chunk));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    connection: { connectionString: Object.assign(new URL(url), { hostname: '127.0.0.1', port: String(port) }).href },
    breakBefore(text) {
      fatal = text;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
