import { createHash } from 'node:crypto';
import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainProfile } from '../../../../src-shared/contract/export-profile.ts';
import type { RouteSpec } from '../../../../src-shared/contract/route.ts';
import { routes } from '../../../../src-shared/contract/routes.ts';
import { type TestConsole, testConsole } from '../../testing/console.ts';
import { testEngines } from '../../testing/database.ts';

describe.each(testEngines())('manufacturer API on $name', ({ create }) => {
  let app: TestConsole;
  let admin: string;
  let mine: { id: number; token: string; readOnly: string };
  let other: { id: number; token: string; readOnly: string };
  let batchId: number;
  let order: number;
  let foreign: number;
  let later: number;
  let keys: { key: string; mac: string }[];

  const partner = async (name: string) => {
    const body = { name, profile: plainProfile('csv') };
    const { body: made } = await app.send('POST', '/manufacturers', { as: admin, body });
    const token = async (readOnly: boolean) =>
      (
        await app.send('POST', `/manufacturers/${made.id}/api-tokens`, {
          as: admin,
          body: { name: 'Line 1', readOnly, expiresInDays: 30 },
        })
      ).body.token as string;
    return { id: made.id as number, token: await token(false), readOnly: await token(true) };
  };
  const orderOf = async (manufacturerId: number, count: number) => {
    const { body } = await app.send('POST', `/key-batches/${batchId}/manufacturer-exports`, {
      as: admin,
      body: { manufacturerId, keys: 'next', count },
    });
    return (await app.jobEnd(body.id, admin)).result!.manufacturerExportId as number;
  };
  beforeAll(async () => {
    app = await testConsole(await create());
    admin = await app.signIn('admin');
    const { body } = await app.send('POST', '/key-batches', { as: admin, body: { count: 30, label: 'Autumn' } });
    await app.jobEnd(body.id, admin);
    batchId = body.resource.id;
    mine = await partner('Kestrel');
    other = await partner('Merlin');
    order = await orderOf(mine.id, 10);
    foreign = await orderOf(other.id, 10);
    later = await orderOf(mine.id, 10);
    const { rows } = await app.parts.db.query<(typeof keys)[0]>(sql`
      select encode(advertisement_key, 'base64') as key, upper(broadcast_address::text) as mac from trackers
      where key_batch_id = ${batchId} order by id`);
    keys = rows;
  });
  afterAll(() => app?.close());

  const get = (path: string, as = mine.token) => app.send('GET', `/manufacturer${path}`, { as });
  const post = (path: string, body: unknown, as = mine.token) =>
    app.send('POST', `/manufacturer${path}`, {
      as,
      body,
      ...(typeof body === 'string' ? { headers: { 'content-type': 'text/csv' } } : {}),
    });
  const jobEnd = async (answer: { status: number; body: { id: number } }) => {
    expect(answer.status).toBe(202);
    for (;;) {
      const { status, body } = await get(`/jobs/${answer.body.id}`);
      expect(status).toBe(200);
      if (!['queued', 'running'].includes(body.state)) return body;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const devices = (rows: string[][]) => ['mac,advertisement_key', ...rows.map((row) => row.join(','))].join('\n');

  it('lists, downloads and acknowledges its own key orders', async () => {
    const { body: list } = await get('/key-orders');
    expect(list.items.map(({ id }: { id: number }) => id)).toEqual([later, order]);
    expect(list.items[1]).toMatchObject({ label: 'Autumn', keyCount: 10, manufacturedCount: 0, acknowledgedAt: null });
    expect(Object.keys(list.items[1])).not.toContain('exportedBy');
    const file = await app.raw('GET', `/manufacturer/key-orders/${order}/file`, { as: mine.token });
    const bytes = Buffer.from(await file.arrayBuffer());
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(list.items[1].sha256);
    const lines = bytes.toString().trim().split('\r\n').slice(1);
    expect(lines.map((line) => line.split(',')[0])).toEqual(keys.slice(0, 10).map(({ key }) => key));

    const { body: done } = await post(`/key-orders/${order}/acknowledgement`, {});
    expect(done.acknowledgedAt).toBe('2026-11-23T08:15:00.000Z');
    app.clock.now = new Date('2026-11-23T09:00:00Z');
    expect((await post(`/key-orders/${order}/acknowledgement`, {})).body.acknowledgedAt).toBe(done.acknowledgedAt);
    const record = await app.send('GET', `/key-batches/${batchId}/export-records`, { as: admin });
    expect(record.body.items[2]).toMatchObject({ acknowledgedBy: 'Kestrel', manufacturer: { name: 'Kestrel' } });
    const audit = await app.send('GET', '/audit-entries?action=keyOrder.acknowledge', { as: admin });
    expect(audit.body.items[0]).toMatchObject({ actor: 'manufacturer Kestrel' });
  });

  it('sends devices: checked first, then stored, with the rejected rows to correct', async () => {
    const rows = keys.slice(0, 3).map(({ mac, key }) => [mac, key]);
    const file = devices([...rows, ['12:34', keys[3]!.key], ['02:00:00:00:00:09', keys[4]!.key]]);
    const dry = await jobEnd(await post(`/key-orders/${order}/manufactured-devices?dryRun=true`, file));
    expect(dry).toMatchObject({ state: 'succeeded', createdBy: null, result: { accepted: 3, rejected: 2, stored: 0 } });
    expect(dry.result.problems.map(({ row, code }: { row: number; code: string }) => [row, code])).toEqual([
      [5, 'malformed-mac'],
      [6, 'address-mismatch'],
    ]);
    const done = await jobEnd(await post(`/key-orders/${order}/manufactured-devices?mode=good-rows`, file));
    expect(done.result).toMatchObject({ stored: 3, rejected: 2 });
    const rejected = await get(`/jobs/${done.id}/rejected-rows`);
    expect(rejected.body).toContain('This is not a MAC address');
    expect((await get(`/key-orders/${order}`)).body.manufacturedCount).toBe(3);
    const batch = await app.send('GET', `/key-batches/${batchId}`, { as: admin });
    expect(batch.body.counts).toMatchObject({ manufactured: 3, missing: 27, extra: 0 });
  });

  it('says nothing about keys and devices of others', async () => {
    const [own, theirs, laterOwn] = [keys[5]!, keys[10]!, keys[20]!];
    const { rows } = await app.parts.db.query<{ id: number }>(sql`
      update trackers set mac_address = '02:00:00:00:0A:0A', serial_number = 'M-1', manufactured_at = now()
      where encode(advertisement_key, 'base64') = ${theirs.key} returning id`);
    const file = devices([
      [theirs.mac, theirs.key],
      [laterOwn.mac, laterOwn.key],
      ['02:00:00:00:0A:0A', own.key],
    ]);
    const job = await jobEnd(
      await post(`/key-orders/${order}/manufactured-devices?dryRun=true&checkAddress=false`, file),
    );
    expect(job.result.problems.map(({ code, message }: { code: string; message: string }) => [code, message])).toEqual([
      ['unknown-key', 'This key does not belong to this key order.'],
      ['unknown-key', 'This key does not belong to this key order.'],
      ['mac-in-use', 'Another device already has this MAC address.'],
    ]);
    expect(JSON.stringify(job)).not.toContain(`racker ${rows[0]!.id}`);
  });

  it('is not found for another manufacturer, in every route that names an order or a job', async () => {
    const { body: job } = await post(
      `/key-orders/${order}/manufactured-devices?dryRun=true`,
      devices([[keys[0]!.mac, keys[0]!.key]]),
    );
    const { body: staffJob } = await app.send('POST', `/key-batches/${batchId}/manufactured-devices?dryRun=true`, {
      as: admin,
      body: devices([]),
      headers: { 'content-type': 'text/csv' },
    });
    for (const path of [
      `/key-orders/${order}`,
      `/key-orders/${order}/file`,
      `/jobs/${job.id}`,
      `/jobs/${job.id}/rejected-rows`,
      `/jobs/${staffJob.id}`,
      '/key-orders/999999',
    ])
      expect([path, (await get(path, other.token)).status]).toEqual([path, 404]);
    expect((await get(`/key-orders/${foreign}`)).status).toBe(404);
    expect((await get(`/jobs/${staffJob.id}`)).status).toBe(404);
    expect((await post(`/key-orders/${order}/acknowledgement`, {}, other.token)).status).toBe(404);
    expect((await post(`/key-orders/${order}/manufactured-devices`, 'mac,key\n', other.token)).status).toBe(404);
    expect((await get('/key-orders', other.token)).body.items.map(({ id }: { id: number }) => id)).toEqual([foreign]);
  });

  it('sees nothing else of the database, whatever a handler would ask', async () => {
    const scope = { kind: 'party', party: { kind: 'manufacturer', id: mine.id }, apiTokenId: 1 } as const;
    const tables = [
      'users',
      'sessions',
      'clients',
      'customer_orders',
      'audit_log',
      'settings',
      'report_sources',
      'unexpected_devices',
    ];
    await app.parts.db.transaction(scope, async (tx) => {
      const seen = async (table: string) =>
        (await tx.query<{ count: number }>(sql`select count(*) as count from ${raw(table)}`)).rows[0]!.count;
      for (const table of tables) expect([table, await seen(table)]).toEqual([table, 0]);
      expect(await seen('manufacturers')).toBe(1);
      expect(await seen('manufacturer_exports')).toBe(2);
      expect(await seen('trackers')).toBe(20);
      await expect(tx.query(sql`select private_key from trackers`)).rejects.toThrow(/permission denied/);
    });
  });

  it('opens no other route of the product, and its own to nobody else', async () => {
    const operations = await app.signIn('operations');
    for (const [operation, spec] of Object.entries(routes) as unknown as [string, RouteSpec][]) {
      if (spec.access === 'public' || spec.output.kind === 'events') continue;
      const path = spec.path.replace(/\{\w+\}/g, '999999');
      const body = spec.method === 'GET' || spec.method === 'DELETE' ? {} : { body: '{' };
      const own = (spec.access as readonly string[]).includes('manufacturer');
      const asManufacturer = await app.send(spec.method, path, { as: mine.token, ...body });
      expect([operation, asManufacturer.status === 403]).toEqual([operation, !own]);
      if (!own) continue;
      expect([operation, (await app.send(spec.method, path, { as: operations, ...body })).status]).toEqual([
        operation,
        403,
      ]);
      expect((await app.send(spec.method, path, body)).status).toBe(401);
      const reading = await app.send(spec.method, path, { as: mine.readOnly, ...body });
      expect([operation, reading.status === 403]).toEqual([operation, spec.method !== 'GET']);
    }
  });

  it('ends with the token: revoked, expired, or its manufacturer archived', async () => {
    const list = await app.send('GET', `/manufacturers/${other.id}/api-tokens`, { as: admin });
    expect(list.body.items).toHaveLength(2);
    expect(list.body.items[0].owner).toEqual({ kind: 'manufacturer', id: other.id, name: 'Merlin' });
    expect(JSON.stringify(list.body)).not.toContain(other.token);
    const operations = await app.signIn('operations');
    expect((await app.send('GET', `/manufacturers/${other.id}/api-tokens`, { as: operations })).status).toBe(403);
    expect((await get('/key-orders', other.readOnly)).status).toBe(200);
    await app.send('DELETE', `/api-tokens/${list.body.items[0].id}`, { as: admin });
    expect((await get('/key-orders', other.readOnly)).status).toBe(401);
    await app.send('PATCH', `/manufacturers/${other.id}`, { as: admin, body: { archived: true } });
    expect((await get('/key-orders', other.token)).status).toBe(401);
    app.clock.now = new Date('2027-01-23T09:00:00Z');
    expect((await get('/key-orders')).status).toBe(401);
  });
});
