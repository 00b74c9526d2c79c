import { createECDH, createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDataKeys } from '../../src-main/core/keys/data-keys.ts';
import { open } from '../../src-main/core/keys/envelope.ts';
import { randomScalars } from '../../src-main/core/keys/p224/p224.ts';
import { needing } from '../../src-main/core/testing/needing.ts';
import { redisForTests, type TestRedis } from '../../src-main/core/testing/redis.ts';
import { servers } from '../../src-main/core/testing/servers.ts';
import { noFaults } from '../../src-main/demo/simulator/faults.ts';
import { createSimulator, type Simulator } from '../../src-main/demo/simulator/simulator.ts';
import { privateKeyFormats } from '../../src-shared/contract/private-key-exports.ts';
import { type CapturedConsole, captureConsole, filesBelow, monitorRedis, type Place } from './captured-console.ts';
import { type Secret, secretScanner } from './secret-scan.ts';

const ADMIN_PASSWORD = 'the password of the administrator';
const EXPORT_PASSPHRASE = 'a passphrase for the age file';
const PATIENCE_MS = 180_000;
const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);
const day = (at: Date) => at.toISOString().slice(0, 10);

const sizeOf = (places: readonly Place[], wanted: RegExp) =>
  places.filter(({ where }) => wanted.test(where)).reduce((sum, { content }) => sum + content.length, 0);

/*
 * Over a whole life of keys, on a real console: its logs at their most talkative, all that its API and its
 * events say, all that Redis is told and keeps, and every file that it writes, the database's own included. No private
 * key, data key, key-encryption key or passphrase may be in any of it, in any form.
 */
describe('private keys stay where they are', () => {
  let dataDir: string;
  let redis: TestRedis | null = null;
  let heard: Awaited<ReturnType<typeof monitorRedis>> | null = null;
  let simulator: Simulator;
  let app: CapturedConsole;
  const secrets: Secret[] = [];
  let inRedis: Place[] = [];

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'leaks-'));
    if (servers.hasRedis()) {
      redis = await redisForTests();
      heard = await monitorRedis(redis.url);
    }
    simulator = await createSimulator({
      baseFaults: noFaults,
      seed: 7,
      appleCredentials: { username: '1234', password: 'token' },
    });
    app = await captureConsole({ dataDir, redisUrl: redis?.url ?? null, adminPassword: ADMIN_PASSWORD });
  }, PATIENCE_MS);
  afterAll(async () => {
    await app?.stop();
    heard?.close();
    await simulator?.close();
    await redis?.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const post = async (path: string, body: unknown, status: number, contentType?: string) => {
    const answer = await app.send('POST', path, body, contentType);
    expect([path, answer.status, answer.json]).toMatchObject([path, status, expect.anything()]);
    return answer.json;
  };
  const jobEnd = async (job: { id: number }) => {
    for (;;) {
      const { json } = await app.send('GET', `/jobs/${job.id}`);
      if (['succeeded', 'failed', 'cancelled'].includes(json.state)) return json;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const until = (what: () => Promise<unknown>) => expect.poll(what, { timeout: 90_000, interval: 250 }).toBeTruthy();
  const password = ADMIN_PASSWORD;

  /** A pair that exists elsewhere, and comes by CSV. */
  const foreignPair = (name: string) => {
    const privateKey = Buffer.from(randomScalars(1, randomBytes));
    secrets.push({ name, bytes: privateKey });
    const ecdh = createECDH('secp224r1');
    ecdh.setPrivateKey(privateKey);
    return { privateKey, advertisementKey: ecdh.getPublicKey().subarray(1, 29) };
  };
  /** The key-encryption key and all data keys and private keys under it, as they are now. */
  const gatherSecrets = async (when: string) => {
    const { db, keyring } = app.running.parts;
    secrets.push({ name: `key-encryption key ${when}`, bytes: keyring.kek().slice() });
    const { rows: ids } = await db.query<{ id: number }>(sql`select id from data_keys`);
    const dataKeys = await openDataKeys(
      db,
      keyring,
      ids.map(({ id }) => id),
    );
    for (const [id, bytes] of dataKeys) secrets.push({ name: `data key ${id}`, bytes });
    const { rows } = await db.query<{ hashed: string; sealed: Buffer; dataKey: number }>(sql`
      select encode(hashed_advertisement_key, 'base64') as hashed, private_key as sealed, data_key_id as "dataKey"
      from trackers`);
    for (const { hashed, sealed, dataKey } of rows) {
      const bytes = open(dataKeys.get(dataKey)!, { table: 'trackers', id: hashed }, sealed);
      secrets.push({ name: `private key of ${hashed}`, bytes });
    }
    return rows.length;
  };
  const found = (places: readonly Place[]) => {
    const scan = secretScanner(secrets);
    return places.flatMap(({ where, content }) => scan(where, content));
  };
  const gatherPassphrases = async () => {
    for (const name of await readdir(join(dataDir, 'keys'))) {
      const kit = /[0-9A-Z]{4}(-[0-9A-Z]{4}){6}/.exec(await readFile(join(dataDir, 'keys', name), 'utf8'));
      if (kit) secrets.push({ name: `passphrase in ${name}`, bytes: Buffer.from(kit[0]) });
    }
  };

  it('through a whole life of generation, import, fetching, export, errors and rotation', {
    timeout: PATIENCE_MS,
  }, async () => {
    secrets.push({ name: 'the password', bytes: Buffer.from(ADMIN_PASSWORD) });
    secrets.push({ name: 'the passphrase of the export', bytes: Buffer.from(EXPORT_PASSPHRASE) });
    const client = await post('/clients', { name: 'Northwind' }, 201);
    const brand = await post('/brands', { name: 'Trail', clientId: client.id }, 201);
    const dates = { startDate: day(hoursAgo(240)), endDate: day(hoursAgo(-240)) };
    const run = await post('/production-runs', { name: 'Autumn', brandId: brand.id, ...dates }, 201);

    // Generated, and taken back from the manufacturer.
    const batch = await post('/key-batches', { count: 40, label: 'First', productionRunId: run.id }, 202);
    expect((await jobEnd(batch)).state).toBe('succeeded');
    const { items: made } = (await app.send('GET', `/trackers?productionRunId=${run.id}&limit=100`)).json;
    const returned = made
      .map(
        (tracker: { advertisementKey: string }, i: number) =>
          `${tracker.advertisementKey},C0FFEE0000${(16 + i).toString(16)}`,
      )
      .join('\n');
    const back = `/key-batches/${batch.resource.id}/manufactured-devices?mode=good-rows`;
    expect(
      (await jobEnd(await post(back, `advertisement_key,mac_address\n${returned}\n`, 202, 'text/csv'))).result.stored,
    ).toBe(40);

    // Devices from elsewhere: one good, the others wrong in every way that a row with a private key can be.
    const [good, wrong, cut, twice] = ['good', 'wrong', 'cut', 'twice'].map((name) => foreignPair(`CSV row ${name}`));
    const b64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
    const csv = [
      'private_key,advertisement_key,mac_address,serial_number',
      `${b64(good!.privateKey)},${b64(good!.advertisementKey)},D0:00:00:00:00:01,S1`,
      `${b64(wrong!.privateKey)},${b64(good!.advertisementKey)},D0:00:00:00:00:02,S2`,
      `${b64(cut!.privateKey.subarray(0, 27))},,D0:00:00:00:00:03,S3`,
      `${twice!.privateKey.toString('hex')},,D0:00:00:00:00:04,S4`,
      `${twice!.privateKey.toString('hex')},,D0:00:00:00:00:05,S5`,
      `${b64(wrong!.privateKey)},,not a mac,S6,one,cell,too,many`,
    ].join('\r\n');
    const results: unknown[] = [];
    for (const options of ['&dryRun=true', '&mode=all-or-nothing', '&mode=good-rows']) {
      const job = await post(`/trackers/import?productionRunId=${run.id}${options}`, csv, 202, 'text/csv');
      results.push((await jobEnd(job)).result);
      await app.send('GET', `/jobs/${job.id}/rejected-rows`);
    }
    expect(results).toMatchObject([{ rejected: 4 }, { stored: 0 }, { stored: 2, rejected: 4 }]);
    // The same file, sent to the import that expects no private key: as CSV and as JSON.
    for (const [body, type] of [
      [csv, 'text/csv'],
      [JSON.stringify([{ privateKey: b64(good!.privateKey), mac: 'D0:00:00:00:00:01' }]), 'application/json'],
    ] as const) {
      const mistaken = await app.send('POST', back, body, type);
      expect([mistaken.status, mistaken.json.detail]).toEqual([400, expect.stringContaining('private keys')]);
    }
    const before = await gatherSecrets('before the rotation');
    expect(before).toBeGreaterThanOrEqual(41);
    await gatherPassphrases();

    // Fetched and decrypted, one tracker's key damaged, credentials sealed.
    const { parts } = app.running;
    await parts.db.query(sql`update device_keys set private_key = set_byte(private_key, 40, 255 - get_byte(private_key, 40))
      where tracker_id = ${made[1].id}`);
    const stops = [{ latitude: 53.5, longitude: 9.9, hours: null }];
    const plan = { startAt: hoursAgo(48).toISOString(), stops };
    const keys = made.slice(0, 4).map((tracker: { advertisementKey: string }) => tracker.advertisementKey);
    simulator.registerTrackers(
      [...keys, b64(good!.advertisementKey)].map((advertisementKey) => ({ advertisementKey, plan })),
    );
    const token = randomBytes(24).toString('base64');
    secrets.push({ name: 'the login of the source', bytes: Buffer.from(token) });
    const source = {
      name: 'Network',
      kind: 'apple-older',
      url: `${simulator.url}/acsnservice/fetch`,
      anisetteUrl: simulator.url,
      minIntervalSeconds: 0,
    };
    await post('/report-sources', { ...source, credentials: { dsid: '1234', searchPartyToken: 'token' } }, 201);
    const failing = { ...source, name: 'Refused', enabled: false };
    await post('/report-sources', { ...failing, credentials: { dsid: '1234', searchPartyToken: token } }, 201);
    await post('/fetcher', { action: 'fetch-now' }, 200);
    const stored = async (id: number) =>
      (await app.send('GET', `/trackers/${id}/location-reports`)).json.items.length > 0;
    await until(() => stored(made[0].id));

    // Errors on purpose: malformed bodies with keys in them, locked, wrong passwords.
    const secret = b64(good!.privateKey);
    for (const [path, body] of [
      ['/key-batches', `{"count": "${secret}"`],
      ['/key-batches', { count: secret, label: secret.repeat(20) }],
      ['/private-key-exports', { format: secret, scope: { kind: secret }, encryption: {}, password }],
      ['/key-protection/enrolment', { passphrase: EXPORT_PASSPHRASE, password }],
      ['/key-protection/unlock', { password: EXPORT_PASSPHRASE }],
      ['/report-sources', { ...source, credentials: { dsid: secret, searchPartyToken: token } }],
    ] as const)
      expect((await app.send('POST', path, body)).status).toBeGreaterThanOrEqual(400);
    await post('/key-protection/lock', undefined, 200);
    expect((await app.send('POST', '/key-batches', { count: 1, label: 'x' })).status).toBe(423);
    await post('/key-protection/unlock', { password }, 200);

    // Every kind of export, public and private. The private ones are where the keys are: the scanner finds them there.
    for (const format of privateKeyFormats) {
      for (const encryption of [
        { kind: 'none', understood: true },
        { kind: 'passphrase', passphrase: EXPORT_PASSPHRASE },
      ]) {
        const scope = { kind: 'trackers', macAddresses: [made[0].macAddress ?? 'C0FFEE000010'] };
        const ticket = await post('/private-key-exports', { format, scope, encryption, password }, 201);
        const file = await app.sendUnkept(`/protected-downloads/${ticket.ticket}`);
        const held = found([{ where: 'the file', content: file.bytes }]);
        expect([format, encryption.kind, held.length > 0]).toEqual([
          format,
          encryption.kind,
          encryption.kind === 'none',
        ]);
      }
    }
    for (const path of [
      '/trackers?limit=100',
      '/audit-entries?limit=500',
      '/jobs?limit=100',
      '/key-protection',
      '/about',
      '/metrics',
      '/report-sources',
      '/fetcher',

      '/health/ready',
    ])
      await app.send('GET', path);

    const damaged = { format: 'keys', scope: { kind: 'trackers', macAddresses: ['C0FFEE000011'] }, password };
    const { ticket } = await post(
      '/private-key-exports',
      { ...damaged, encryption: { kind: 'none', understood: true } },
      201,
    );
    await expect(app.sendUnkept(`/protected-downloads/${ticket}`)).rejects.toThrow(/can't be opened/);

    const rotation = await post('/key-protection/rotation', { passphrase: null, password }, 202);
    expect(await jobEnd(rotation)).toMatchObject({ state: 'succeeded', error: null });
    const kit = await post('/key-protection/recovery-kit-downloads', { password }, 201);
    expect((await app.sendUnkept(`/protected-downloads/${kit.ticket}`)).status).toBe(200);
    await app.running.parts.db.query(sql`update device_keys set private_key = set_byte(private_key, 40, 255 - get_byte(private_key, 40))
      where tracker_id = ${made[1].id}`);
    expect(await gatherSecrets('after the rotation')).toBe(before);
    await gatherPassphrases();

    inRedis = (await heard?.contents()) ?? [];
    await app.stop();
    const commands = heard?.said ?? [];
    inRedis.push(...commands.map((content) => ({ where: 'a command to Redis', content: Buffer.from(content) })));
    const places = [...app.traffic, ...(await filesBelow(dataDir, 'keys'))];

    // That there was something to look at, and that it would have been found.
    expect(sizeOf(places, /^logs/)).toBeGreaterThan(10_000);
    expect(sizeOf(places, /^database/)).toBeGreaterThan(10_000_000);
    expect(sizeOf(places, /^an event/)).toBeGreaterThan(1000);
    const hashedKey = createHash('sha256').update(good!.advertisementKey).digest();
    const control = secretScanner([
      { name: 'a public key', bytes: good!.advertisementKey },
      { name: 'its hash', bytes: hashedKey },
    ]);
    expect(
      places.flatMap(({ where, content }) => control(where, content)).map(({ where }) => where.split('/')[0]),
    ).toEqual(expect.arrayContaining(['database', expect.stringMatching(/answer to GET/)]));
    expect(found(places)).toEqual([]);
  });

  needing('redis').it('nor was Redis told of one meanwhile', async () => {
    expect(sizeOf(inRedis, /^a command to Redis/)).toBeGreaterThan(1000);
    expect(sizeOf(inRedis, /^Redis key/)).toBeGreaterThan(10);
    expect(found(inRedis)).toEqual([]);
  });
});
