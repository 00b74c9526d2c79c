import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withClient } from '../core/platform/db/with-client.ts';
import { needing } from '../core/testing/needing.ts';
import { ownBouncer } from '../core/testing/own-bouncer.ts';
import { prepareDatabase } from '../core/testing/prepared-database.ts';
import { noFaults } from '../demo/simulator/faults.ts';
import { createSimulator } from '../demo/simulator/simulator.ts';
import { spawnHost } from './testing/spawned-host.ts';
import { liveTrackers, simulatorOptions } from './testing/tracker-life.ts';

// The whole headless host in a process of its own, under the service role of a prepared database, through a real
// PgBouncer in transaction mode. The database's time zone is an odd one, since sessions are what the server makes them.
needing('postgres', 'postgresPrograms', 'pgbouncer').describe('a console behind PgBouncer, with roles prepared', () => {
  it('lives a tracker’s life', { timeout: 240_000 }, async () => {
    const close: (() => Promise<unknown>)[] = [];
    try {
      const database = await prepareDatabase();
      close.push(database.close);
      await withClient({ connectionString: database.ownerUrl }, (client) =>
        client.query(`alter database ${database.name} set timezone = 'Asia/Kathmandu'`),
      );
      const [bouncer, owners, simulator] = await Promise.all([
        ownBouncer(database.serviceUrl),
        ownBouncer(database.ownerUrl),
        createSimulator({ baseFaults: noFaults, ...simulatorOptions }),
      ]);
      close.push(bouncer.close, owners.close, () => simulator.close());
      const dataDir = await mkdtemp(join(tmpdir(), 'console-pooled-'));
      close.push(() => rm(dataDir, { recursive: true, force: true }));
      const host = await spawnHost({
        dataDir,
        databaseUrl: bouncer.url,
        engines: 'fetcher,status-engine,key-generator',
        env: { DATABASE_OWNER_URL: owners.url, DATABASE_ROLES: database.prefix },
      });
      close.push(() => host.end('SIGKILL'));
      const { tracker, delivery, storage } = await liveTrackers(host, simulator);
      expect(tracker).toMatchObject({ location: { id: delivery.id, kind: 'delivery' }, stage: 'allocated' });
      const { items } = await host.api.listStatusHistory({ params: { trackerId: tracker.id } });
      expect(items.map(({ status }) => status)).toEqual(['DELIVERED', 'IN_TRANSIT', 'IN_STORAGE']);
      expect(items.at(-1)!.location!.id).toBe(storage.id);
      expect((await host.api.verifyAuditLog()).ok).toBe(true);
      expect((await host.get('/api/v1/health/ready')).status).toBe(200);
      expect(await host.end('SIGTERM')).toBe(0);
    } finally {
      for (const step of close.reverse()) await step();
    }
  });
});
