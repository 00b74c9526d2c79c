import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';

/** The port that the browser sees, and the one that the core listens on behind it. */
export interface Ports {
  seen: number;
  core: number;
}

/**
 * Host and Origin as the core knows them. Only the exact addresses of the development server are put into the core's
 * own; anything else passes as it came, so that the core refuses it as it does in the product.
 */
export function toCore(headers: IncomingHttpHeaders, names: readonly string[], { seen, core }: Ports): void {
  const name = names.find((name) => headers.host === `${name}:${seen}`);
  if (name === undefined) return;
  headers.host = `${name}:${core}`;
  if (headers.origin === `http://${name}:${seen}`) headers.origin = `http://${name}:${core}`;
}

/** A port of this machine that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
