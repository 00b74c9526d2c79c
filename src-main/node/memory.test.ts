import { argon2Sync } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDataKeys } from '../core/keys/data-keys.ts';
import { findKek } from '../core/keys/key-encryption-key-store.ts';
import type { Database } from '../core/platform/db/queryable.ts';
import { type TestDatabase, testEngines } from '../core/testing/database.ts';
import { countInMemory, showsMemory } from './testing/process-memory.ts';
import { PASSWORD, type SpawnedHost, spawnHost } from './testing/spawned-host.ts';

const PASSPHRASE = 'a passphrase of the test';

if (!showsMemory) console.warn('Not on Linux: what a locked console has in its memory is not looked for.');

// Halves, since what is freed loses its first bytes to the allocator.
const halves = (name: string, key: Uint8Array): [string, Uint8Array][] => [
  [`${name}, first half`, key.slice(0, key.length / 2)],
  [`${name}, second half`, key.slice(key.length / 2)],
];
const forms = (name: string, key: Uint8Array): [string, Uint8Array][] => [
  ...halves(name, key),
  [`${name}, base64`, Buffer.from(Buffer.from(key).toString('base64').slice(0, 43))],
];

// The whole headless host in a process of its own, whose memory is read as the kernel shows it.
describe.skipIf(!showsMemory).each(testEngines())('the memory of a console on $name', ({ name, create }) => {
  let dataDir: string;
  let server: TestDatabase | null = null;
  let host: SpawnedHost;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'console-memory-'));
    if (name === 'postgresql') server = await create();
    const databaseUrl = server?.connection.engine === 'postgresql' ? server.connection.url : '';
    host = await spawnHost({ dataDir, databaseUrl, engines: 'fetcher,status-engine,key-generator' });
  }, 120_000);
  afterAll(async () => {
    await host?.end('SIGKILL');
    await server?.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const finished = async (jobId: number) => {
    for (;;) {
      const { state } = await host.api.getJob({ params: { jobId } });
      if (state !== 'queued' && state !== 'running') return state;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  /** The key as the console keeps it on its disk. */
  const storedKek = async () => {
    const file = JSON.parse(await readFile(join(dataDir, 'keys', 'console-key.json'), 'utf8'));
    return { kekId: file.keyEncryptionKeyId as number, kek: new Uint8Array(Buffer.from(file.key, 'base64')) };
  };
  /** What only someone with a connection to the database can work out: the data keys, and what the passphrase becomes. */
  const derivedKeys = async (db: Database, held: { kekId: number; kek: Uint8Array }) => {
    const { rows } = await db.query<{ id: number }>(sql`select id from data_keys`);
    const ids = rows.map((row) => row.id);
    const keys = await openDataKeys(db, { kek: () => held.kek, kekId: () => held.kekId }, ids);
    const { kdf } = (await findKek(db))!;
    const wrapping = argon2Sync('argon2id', {
      message: PASSPHRASE,
      nonce: Buffer.from(kdf.salt, 'base64'),
      memory: kdf.memoryKiB,
      passes: kdf.iterations,
      parallelism: kdf.parallelism,
      tagLength: 48,
    });
    return new Map([
      ...[...keys].flatMap(([id, key]) => halves(`data key ${id}`, key)),
      ...halves('wrapping key', wrapping.subarray(0, 32)),
    ]);
  };

  it('has no key in it once the keys are locked', { timeout: 240_000 }, async () => {
    const { api } = host;
    const former = await storedKek();
    // Each of them makes or opens data keys: in the core, in a job, in the key generator's threads, in the fetcher.
    const made = await api.createKeyBatch({ body: { count: 600, label: 'Memory' } });
    expect(await finished(made.id)).toBe('succeeded');
    await api.beginTotp({ body: { currentPassword: PASSWORD } });
    const source = await api.createReportSource({
      body: {
        ...{ name: 'Not there', kind: 'haystack', url: 'http://127.0.0.1:1/' },
        credentials: { username: 'a name', password: 'a password' },
      },
    });
    await api.testReportSource({ params: { reportSourceId: source.id } });
    const rotation = await api.rotateKey({ body: { passphrase: PASSPHRASE, password: PASSWORD } });
    expect(await finished(rotation.id)).toBe('succeeded');
    await api.enrolConsole({ body: { passphrase: PASSPHRASE, password: PASSWORD } });
    const scope = { kind: 'key-batch', keyBatchId: made.resource!.id } as const;
    const encryption = { kind: 'none', understood: true } as const;
    const { ticket } = await api.preparePrivateKeyExport({
      body: { format: 'keys', scope, encryption, password: PASSWORD },
    });
    expect(
      (await (await host.fetch(`/api/v1/protected-downloads/${ticket}`)).arrayBuffer()).byteLength,
    ).toBeGreaterThan(10_000);

    const present = await storedKek();
    const needles = new Map([...forms('former key', former.kek), ...forms('key', present.kek)]);
    if (server) for (const needle of await derivedKeys(server.db, present)) needles.set(...needle);
    const found = async () => {
      const counted = await countInMemory(host.child.pid!, needles);
      return Object.fromEntries([...counted].filter(([, count]) => count > 0));
    };

    // A rotation leaves nothing of the former key, and the present one stands nowhere as text.
    const unlocked = await found();
    expect(unlocked).toMatchObject({ 'key, first half': expect.any(Number), 'key, second half': expect.any(Number) });
    expect(Object.keys(unlocked).filter((form) => /former|base64|wrapping/.test(form))).toEqual([]);

    await api.lockKeys();
    await api.unlockKeys({ body: { password: PASSWORD } });
    await api.lockKeys();
    expect(await found()).toEqual({});
  });
});
