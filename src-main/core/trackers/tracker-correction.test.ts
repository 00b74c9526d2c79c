import { randomBytes } from 'node:crypto';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nobleEngine, randomScalars } from '../keys/p224/p224.ts';
import { insertIds, insertRun, insertTrackers } from '../testing/company.ts';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';

describe.each(testEngines())('trackers by hand on $name', ({ create }) => {
  let database: TestDatabase;
  let app: TestConsole;
  let as: string;
  let admin: string;
  let run: { runId: number; clientId: number };
  let trackers: { id: number; mac: string }[];
  beforeAll(async () => {
    database = await create();
    app = await testConsole(database);
    as = await app.signIn('operations');
    admin = await app.signIn('admin');
    run = await insertRun(database.db, 'Aster', '2026-11-01', '2026-11-30');
    trackers = await insertTrackers(database.db, { count: 2, runId: run.runId });
  });
  afterAll(() => app?.close());

  const correct = (id: number, body: object, who = as) =>
    app.send('POST', `/trackers/${id}/correction`, { as: who, body });
  const label = async (id: number) => {
    const { macAddress, serialNumber } = (await app.send('GET', `/trackers/${id}`, { as })).body;
    return { macAddress, serialNumber };
  };

  it('shows what a correction changes, then changes that field only, with the reason in the audit', async () => {
    const [{ id, mac }] = trackers as [(typeof trackers)[0]];
    const before = await label(id);
    const path = `/trackers/${id}/correction?macAddress=02-AA-00-00-00-01`;
    const preview = await app.send('GET', path, { as });
    const expected = { macAddress: { from: mac, to: '02:AA:00:00:00:01' }, serialNumber: null, fitsItsKeys: false };
    expect(preview.body).toMatchObject(expected);
    expect(await label(id)).toEqual(before);
    expect((await correct(id, { macAddress: '02aa00000001' })).status).toBe(422);
    expect((await correct(id, { macAddress: '02aa00000001', reason: 'Two digits swapped' })).body).toMatchObject(
      expected,
    );
    expect(await label(id)).toEqual({ ...before, macAddress: '02:AA:00:00:00:01' });
    await correct(id, { serialNumber: 'SN-77', reason: 'Mistyped' });
    expect(await label(id)).toEqual({ macAddress: '02:AA:00:00:00:01', serialNumber: 'SN-77' });
    const { body } = await app.send('GET', `/trackers/${id}/audit-entries`, { as: admin });
    expect(body.items[1]).toMatchObject({
      action: 'tracker.correct',
      details: { reason: 'Two digits swapped', macAddress: expected.macAddress },
    });
  });

  it('refuses what another tracker has, and what is not an address, with a sentence and without a change', async () => {
    const [first, second] = trackers as [(typeof trackers)[0], (typeof trackers)[0]];
    const before = await label(first.id);
    const taken = await correct(first.id, { macAddress: second.mac, serialNumber: 'SN-1', reason: 'Mistyped' });
    expect([taken.status, taken.body.detail]).toEqual([
      409,
      `Tracker ${second.id} has this MAC address. Nothing was changed.`,
    ]);
    expect((await correct(second.id, { serialNumber: 'SN-77', reason: 'Mistyped' })).status).toBe(409);
    for (const macAddress of ['02:AA', '00:00:00:00:00:00'])
      expect((await correct(first.id, { macAddress, reason: 'Mistyped' })).status).toBe(422);
    expect(await label(first.id)).toEqual(before);
    expect(
      (await correct(first.id, { serialNumber: 'X', reason: 'Mistyped' }, await app.signIn('warehouse'))).status,
    ).toBe(403);
  });

  it('answers a scan of the former label with the present one, and workstations read the device again', async () => {
    const [{ id, mac }] = trackers as [(typeof trackers)[0]];
    const [userId] = await insertIds(database.db, sql`select id from users limit 1`);
    const [orderId] = await insertIds(
      database.db,
      sql`insert into customer_orders (client_id, quantity, created_by) values (${run.clientId}, 5, ${userId!}) returning id`,
    );
    const scan = (text: string) =>
      app.send('POST', `/customer-orders/${orderId}/allocations`, { as, body: { scan: text } });
    expect((await scan(mac)).body).toMatchObject({ outcome: 'unknown-mac', correctedMac: '02:AA:00:00:00:01' });
    expect((await scan('02:AA:00:00:00:01')).body.outcome).toBe('allocated');
    const { rows } = await database.db.query<{ count: number }>(
      sql`select count(*)::int as count from device_changes where first_id = ${id} and last_id = ${id}`,
    );
    expect(rows[0]!.count).toBeGreaterThanOrEqual(2);
  });

  it('adds a tracker with its private key, sealed, or with the public key only; a trial makes nothing', async () => {
    const scalar = Buffer.from(randomScalars(1, randomBytes));
    const publicX = Buffer.from(nobleEngine.derivePublicX(scalar));
    const count = async () => (await app.send('GET', '/trackers/count', { as })).body.count;
    const before = await count();
    const body = {
      productionRunId: run.runId,
      privateKey: scalar.toString('hex'),
      macAddress: '02:BB:00:00:00:01',
      serialNumber: 'HAND-1',
      reason: 'A sample from the fair',
    };
    const add = (change: object) => app.send('POST', '/trackers', { as, body: { ...body, ...change } });
    const trial = await add({ dryRun: true });
    expect(trial.body).toMatchObject({
      trackerId: null,
      advertisementKey: publicX.toString('base64'),
      hasPrivateKey: true,
    });
    expect(await count()).toBe(before);
    const made = await add({});
    expect(made.status).toBe(201);
    const { rows } = await database.db.query<{ sealed: Buffer; run: number }>(sql`
      select k.private_key as sealed, p.production_run_id as run from device_keys k
      join run_periods p on p.tracker_id = k.tracker_id where k.tracker_id = ${made.body.trackerId}`);
    expect(rows).toMatchObject([{ run: run.runId }]);
    expect(rows[0]!.sealed.includes(scalar)).toBe(false);
    for (const text of [
      JSON.stringify(made.body),
      JSON.stringify((await app.send('GET', '/audit-entries', { as: admin })).body),
    ])
      expect(text).not.toContain(scalar.toString('hex'));
    const again = await add({ macAddress: null, serialNumber: null });
    expect([again.status, again.body.detail]).toEqual([409, `Tracker ${made.body.trackerId} already has this key.`]);

    const other = Buffer.from(nobleEngine.derivePublicX(randomScalars(1, randomBytes)));
    const open = { privateKey: undefined, advertisementKey: other.toString('base64'), productionRunId: null };
    expect((await add(open)).body.detail).toMatch(/has this MAC address/);
    const published = await add({ ...open, macAddress: null, serialNumber: null });
    expect(published.body).toMatchObject({ hasPrivateKey: false, advertisementKey: other.toString('base64') });
    expect(await count()).toBe(before + 2);
    for (const wrong of [{ advertisementKey: 'AAAA' }, { privateKey: '00' }, { privateKey: undefined }])
      expect((await add(wrong)).status).toBe(422);
  });
});
