import { createECDH, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pino } from 'pino';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServerEvent } from '../../src-shared/contract/events.ts';
import { inWords } from '../../src-shared/domain/part-state.ts';
import { createMemorySchedule } from '../core/fetching/schedule/memory-schedule.ts';
import { serveSchedule } from '../core/fetching/schedule/remote-schedule.ts';
import { open } from '../core/keys/envelope.ts';
import { SEALED_KEY_BYTES } from '../core/keys/generator/generate-keys.ts';
import { createKeyGeneratorPool } from '../core/keys/generator/key-generator-pool.ts';
import { supervise } from '../core/platform/workers/supervisor.ts';
import { ingest } from '../core/status/testing/status-world.ts';
import { assignRun } from '../core/testing/assign-run.ts';
import { insertRun, insertTrackers } from '../core/testing/company.ts';
import { type TestDatabase, testEngines } from '../core/testing/database.ts';
import { forkStandIn } from './testing/utility-stand-in.ts';
import { type ForkUtility, launchUtility } from './utility-worker.ts';

const worker = (name: string) => pathToFileURL(join(import.meta.dirname, '..', '..', 'src-worker', `${name}.ts`));
const log = pino({ level: 'silent' });
const POLL = { timeout: 30_000, interval: 50 };

describe('workers in utility processes', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    // The real server where there is one: this is about processes.
    database = await testEngines().at(-1)!.create();
  });
  afterAll(() => database.close());

  it('run the status engine, start it again after a crash, and end it when told', async () => {
    const environments: string[][] = [];
    const children: ReturnType<ForkUtility>[] = [];
    const fork: ForkUtility = (path, args, options) => {
      environments.push(Object.keys(options.env ?? {}));
      children.push(forkStandIn(path, args, options));
      return children.at(-1)!;
    };
    const events: ServerEvent[] = [];
    const env = { ...process.env, CONSOLE_PASSPHRASE: 'a very secret one', DATABASE_URL: 'postgres://u:p@h/d' };
    const supervised = supervise({
      name: 'status-engine',
      url: worker('status-engine'),
      launch: launchUtility(fork, env),
      data: () => ({ connection: database.connection }),
      publish: (event) => events.push(event),
      log,
    });
    await expect.poll(supervised.state, POLL).toEqual({ is: 'up' });
    expect(environments[0]).toContain('PATH');
    expect(environments[0]).not.toContain('CONSOLE_PASSPHRASE');
    expect(environments[0]).not.toContain('DATABASE_URL');

    const crashed = new Promise((resolve) => children[0]!.on('exit', resolve));
    children[0]!.kill();
    await crashed;
    await expect.poll(() => children.length, POLL).toBe(2);
    await expect.poll(supervised.state, POLL).toEqual({ is: 'up' });

    const { runId, clientId } = await insertRun(database.db, 'run', '2026-05-01', '2026-05-31');
    const [tracker] = await insertTrackers(database.db, { count: 1, runId });
    const position = { longitude: 8.5, latitude: 47.4 };
    await ingest(database.db, [{ trackerId: tracker!.id, at: Date.UTC(2026, 4, 4), n: 1, position, accuracyM: 9 }]);
    supervised.send({ type: 'poke' });
    const event = { type: 'tracker-status', clientId, trackerIds: [tracker!.id] };
    await expect.poll(() => events, POLL).toContainEqual(event);

    await supervised.stop();
    expect(supervised.state()).toEqual({ is: 'stopped' });
  }, 60_000);

  it('lend the schedule in memory to the fetcher, and give it the key by message', async () => {
    const schedule = createMemorySchedule();
    const today = new Date().toISOString().slice(0, 10);
    const { runId } = await insertRun(database.db, 'fetched', today, today);
    const { rows } = await database.db.query<{ id: number }>(sql`select id from trackers`);
    await assignRun(
      database.db,
      rows.map(({ id }) => id),
      runId,
    );
    const supervised = supervise({
      name: 'fetcher',
      url: worker('fetcher'),
      launch: launchUtility(forkStandIn),
      data: () => ({ connection: database.connection, kek: null, schedule: { kind: 'memory' } }),
      serve: (port) => serveSchedule(schedule, port),
      publish: () => undefined,
      log,
    });
    await expect.poll(supervised.state, POLL).toMatchObject({ is: 'waits', why: expect.stringContaining('keys') });
    supervised.send({ type: 'kek', kek: { kekId: 1, kek: randomBytes(32) } });
    await expect.poll(() => inWords(supervised.state()), POLL).not.toMatch(/^It waits for the keys|^starting/);
    await expect.poll(async () => (await schedule.get(rows[0]!.id)) !== null, POLL).toBe(true);
    await supervised.stop();
  }, 60_000);

  it('make key pairs; when one is killed in mid-batch the batch ends without a gap or duplicate', async () => {
    const children: ReturnType<ForkUtility>[] = [];
    const fork: ForkUtility = (path, args, options) => {
      children.push(forkStandIn(path, args, options));
      return children.at(-1)!;
    };
    const pool = createKeyGeneratorPool({
      workerUrl: worker('key-generator'),
      workers: 1,
      launch: launchUtility(fork),
      restartMs: 1,
    });
    const dataKey = new Uint8Array(randomBytes(32));
    const keys = new Map<string, { publicX: string; sealed: Uint8Array }>();
    let made = 0;
    try {
      for await (const part of pool.generate({ count: 3000, dataKey, table: 'trackers' })) {
        if (made === 0) children[0]!.kill();
        made += part.count;
        for (let i = 0; i < part.count; i++) {
          const id = Buffer.from(part.hashedKeys.subarray(i * 32, i * 32 + 32)).toString('base64');
          const publicX = Buffer.from(part.advertisementKeys.subarray(i * 28, i * 28 + 28)).toString('hex');
          const sealed = part.sealedPrivateKeys.subarray(i * SEALED_KEY_BYTES, (i + 1) * SEALED_KEY_BYTES);
          keys.set(id, { publicX, sealed });
        }
      }
    } finally {
      await pool.close();
    }
    expect([made, keys.size, children.length]).toEqual([3000, 3000, 2]);
    const ecdh = createECDH('secp224r1');
    for (const [id, { publicX, sealed }] of [...keys].filter((_, i) => i % 100 === 0)) {
      ecdh.setPrivateKey(open(dataKey, { table: 'trackers', id }, sealed));
      expect(ecdh.getPublicKey().subarray(1, 29).toString('hex')).toBe(publicX);
    }
  }, 60_000);
});
