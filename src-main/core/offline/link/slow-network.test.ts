import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { connectionConfig } from '../../platform/db/connection.ts';
import { openDatabase } from '../../platform/db/database.ts';
import { makeCertificate } from '../../testing/certificates.ts';
import { needing } from '../../testing/needing.ts';
import { type OwnPostgres, ownPostgres } from '../../testing/own-postgres.ts';
import { createLink, type Link } from './link.ts';
import { createProbe } from './probe.ts';

/** A network to a port of this machine that takes `delayMs` each way, and that can be cut. */
async function slowNetwork(port: number, delayMs: number) {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.setNoDelay(true);
      from.on('data', (chunk) => setTimeout(() => to.writable && to.write(chunk), delayMs));
      from.on('error', () => from.destroy());
      from.on('close', () => {
        sockets.delete(from);
        setTimeout(() => to.destroy(), delayMs);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    close: () => new Promise((resolve) => cut() ?? server.close(resolve)),
  };
}

needing('postgresPrograms').describe('a link over a slow network, with TLS verified to the end', () => {
  let folder: string;
  let server: OwnPostgres;
  let certificate: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slow-network-'));
    const made = makeCertificate(folder, 'db', 'IP:127.0.0.1');
    certificate = made.cert;
    server = await ownPostgres({ password: 'secret', certificate: made });
    await server.start();
  });
  afterAll(async () => {
    await server?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  // Milliseconds of a round trip: an office, a continent, an ocean, a satellite.
  it.concurrent.each([5, 130, 260, 600])(
    'comes back after every connection was cut: %i ms',
    { timeout: 120_000 },
    async (roundTrip) => {
      const network = await slowNetwork(Number(new URL(server.url).port), roundTrip / 2);
      const url = `${server.url.replace(/:\d+\//, `:${network.port}/`)}?sslmode=verify-full&sslrootcert=${certificate}`;
      const connection = connectionConfig({ engine: 'postgresql', url });
      const db = openDatabase({ engine: 'postgresql', connection });
      const start = () =>
        createLink({
          probe: createProbe(connection),
          abandon: () => db.abandon(),
          catchUp: async () => true,
          drained: () => true,
          changed: () => undefined,
          measured: () => undefined,
          own: () => Date.now(),
          warn: () => undefined,
        });
      const asks = (which: Link) => which.guarded(() => db.query(sql`select 1`), true);
      // One that starts connected, and one that starts cut off and has measured nothing yet.
      const [link, late] = [start(), start()];
      try {
        link.start(true);
        expect((await asks(link)).rowCount).toBe(1);
        const back = (which: Link) =>
          vi.waitFor(
            async () => {
              expect(which.state()).toBe('online');
              expect((await asks(which)).rowCount).toBe(1);
            },
            { timeout: 60_000, interval: 50 },
          );
        network.cut();
        await link.check();
        await back(link);
        late.start(false);
        await back(late);
      } finally {
        link.stop();
        late.stop();
        db.abandon();
        await db.close();
        await network.close();
      }
    },
  );
});
