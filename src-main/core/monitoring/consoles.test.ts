import { randomUUID } from 'node:crypto';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Console, consoleTroubles } from '../../../src-shared/contract/consoles.ts';
import { bootForTest, PASSWORD, removeFolder } from '../offline/testing/booted-console.ts';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { centralEngine, testEngines } from '../testing/database.ts';
import { startTcpProxy } from '../testing/tcp-proxy.ts';
import { followShare } from './connection-share.ts';
import { troublesOf } from './console-troubles.ts';
import { type ConsoleReport, keepReport } from './consoles-store.ts';
import { wellReport } from './testing/insert-console.ts';

describe.each(testEngines())('consoles on $name', ({ create }) => {
  let app: TestConsole;
  let operations: string;
  const list = async (): Promise<Console[]> => (await app.send('GET', '/consoles', { as: operations })).body.items;
  const keys = [randomUUID(), randomUUID()] as const;
  const tell = (report: Partial<ConsoleReport> & Pick<ConsoleReport, 'key' | 'hostName'>, stopped = false) =>
    keepReport(app.parts.db, { ...wellReport, ...report }, stopped);
  beforeAll(async () => {
    app = await testConsole(await create());
    operations = await app.signIn('operations');
  });
  afterAll(() => app?.close());

  it('share what the server allows, or what an administrator says, with those that are running', async () => {
    const admin = await app.signIn('admin');
    const read = async (as = admin) => (await app.send('GET', '/database-connections', { as })).body;
    expect(await read()).toMatchObject({ connections: null, serverAllows: null, version: 0 });
    const { db } = app.parts;
    const given: number[] = [];
    const share = followShare({ db, most: 20, tell: (connections) => given.push(connections), everyMs: 3_600_000 });
    try {
      const some = Array.from({ length: 6 }, (_, n) => ({ key: randomUUID(), hostName: `share-${n}` }));
      for (const each of some) await tell(each);
      const change = (connections: number | null, as = admin) =>
        app.send('PATCH', '/database-connections', { as, body: { connections } });
      expect((await change(60)).body).toMatchObject({ connections: 60, version: 1 });
      await share.look();
      await share.look();
      expect(given).toEqual([10]);
      // One stops in order; another has said nothing for minutes.
      await tell(some[0]!, true);
      await db.query(
        sql`update consoles set seen_at = seen_at - interval '10 minutes' where console_key = ${some[1]!.key}::uuid`,
      );
      await share.look();
      expect(given).toEqual([10, 15]);
      expect((await change(3)).status).toBe(422);
      expect((await change(60, operations)).status).toBe(403);
      expect((await change(null)).body).toMatchObject({ connections: null });
      expect((await read(operations)).connections).toBe(null);
      await db.query(sql`delete from consoles where host_name like 'share-%'`);
    } finally {
      share.stop();
    }
  });

  it('are listed as they last told of themselves, to those who run the company’s consoles', async () => {
    expect(await list()).toEqual([]);
    const oldestWaitingAt = new Date('2026-11-20T07:00:00Z');
    await tell({ key: keys[0], hostName: 'warehouse-2', waiting: 12, conflicts: 3, oldestWaitingAt });
    await tell({ key: keys[1], hostName: 'desk-1' }, true);
    await tell({ key: keys[1], hostName: 'desk-1', diskFreeBytes: 10e6 });
    await app.parts.db.query(sql`
      insert into box_differences (kind, source, mutation_id, order_id, scanned, scanned_at, console_key, reason, created_at, state)
      select 'take-out', 'refused', gen_random_uuid(), 1, 'AC:DE:48:00:00:0' || n, now(), ${keys[0]}::uuid,
        '{"code": "other", "by": null, "at": null, "otherOrder": null, "detail": null}', now(), 'open' from generate_series(1, 3) n`);
    const [desk, warehouse] = await list();
    expect(desk).toMatchObject({ hostName: 'desk-1', stoppedAt: null, isThis: false, troubles: ['disk-full'] });
    expect(warehouse).toMatchObject({
      ...{ name: '', hostName: 'warehouse-2', programVersion: '1.2.3', keyState: 'ready', databaseMs: 1.5 },
      outbox: { waiting: 12, oldestAt: '2026-11-20T07:00:00.000Z', conflicts: 3 },
      engines: [{ name: 'fetcher', state: { is: 'up' } }],
      troubles: ['conflicts', 'waiting'],
    });
    // What consoles of other versions tell.
    const told = { fetcher: 'up', old: 'waits for the keys', newer: { is: 'dreams', why: 'It is night.' } };
    await tell({ key: keys[1], hostName: 'desk-1', engines: told as unknown as ConsoleReport['engines'] });
    const engines = (await list())[0]!.engines.map(({ name, state }) => [name, state]);
    expect(Object.fromEntries(engines)).toEqual({
      fetcher: { is: 'up' },
      old: { is: 'waits', why: 'waits for the keys' },
      newer: { is: 'waits', why: 'It is night.' },
    });
    for (const role of ['warehouse', 'reviewer', 'client-viewer'] as const) {
      const clientId = role === 'client-viewer' ? await clientOf(app) : null;
      const as = await app.signIn(role, clientId);
      expect((await app.send('GET', '/consoles', { as })).status, role).toBe(403);
    }
  });

  it('are counted in the metrics, so that a dead workstation is no secret', async () => {
    const admin = await app.signIn('admin');
    const scraper = { name: 'Scraper', scopes: ['read:metrics'], expiresInDays: 3 };
    const { token } = (await app.send('POST', '/api-tokens', { as: admin, body: scraper })).body;
    const { body } = await app.send('GET', '/metrics', { as: token });
    expect(body).toMatch(/^console_offline_conflicts 3$/m);
    expect(body).toMatch(/^console_offline_waiting 12$/m);
    expect(body).toMatch(/^console_box_differences\{state="open"\} 3$/m);
  });

  it('can be named, which their own reports don’t change, and forgotten', async () => {
    const { id, version } = (await list()).find(({ hostName }) => hostName === 'warehouse-2')!;
    const change = { as: operations, body: { name: '  Hall  2 ' }, version };
    const named = await app.send('PATCH', `/consoles/${id}`, change);
    expect([named.status, named.body.name, named.body.version]).toEqual([200, 'Hall 2', version + 1]);
    await tell({ key: keys[0], hostName: 'warehouse-2' });
    expect((await app.send('GET', `/consoles/${id}`, { as: operations })).body).toMatchObject({
      name: 'Hall 2',
      version: version + 1,
    });
    // Another has named it meanwhile.
    expect((await app.send('PATCH', `/consoles/${id}`, change)).status).toBe(412);
    expect((await app.send('DELETE', `/consoles/${id}`, { as: operations })).status).toBe(428);
    expect((await app.send('DELETE', `/consoles/${id}`, { as: operations, version: '*' })).status).toBe(204);
    expect((await list()).map(({ hostName }) => hostName)).toEqual(['desk-1']);
    expect((await app.send('DELETE', `/consoles/${id}`, { as: operations, version: '*' })).status).toBe(404);
    const { rows } = await app.parts.db.query(sql`
      select action, details from audit_entries where resource_type = 'console' order by sequence`);
    expect(rows).toEqual([
      { action: 'console.update', details: { name: { from: '', to: 'Hall 2' }, hostName: 'warehouse-2' } },
      { action: 'console.forget', details: { name: 'Hall 2', waiting: 0 } },
    ]);
  });
});

async function clientOf(app: TestConsole): Promise<number> {
  const { rows } = await app.parts.db.query<{ id: number }>(
    sql`insert into clients (name) values ('Some client') returning id`,
  );
  return rows[0]!.id;
}

describe.each([centralEngine()])('a console on $name', ({ create }) => {
  it('tells how it is from its start to its stop, and is the same one after it', async () => {
    const test = await create();
    const { url, ...proxy } = await startTcpProxy(test.connection);
    const first = await bootForTest(url);
    const consoles = async (from: typeof first): Promise<Console[]> => (await from.send('GET', '/consoles')).body.items;
    try {
      await first.signIn('admin', PASSWORD);
      await expect.poll(() => consoles(first)).toMatchObject([{ isThis: true, stoppedAt: null, troubles: [] }]);
      const second = await bootForTest(url);
      await second.signIn('admin', PASSWORD);
      await expect
        .poll(async () => (await consoles(second)).map(({ isThis, stoppedAt }) => [isThis, stoppedAt]))
        .toEqual([
          [true, null],
          [false, null],
        ]);
      await second.stop();
      expect((await consoles(first))[1]?.stoppedAt).toEqual(expect.any(String));
      const again = await bootForTest(url, second.dataDir);
      await again.signIn('admin', PASSWORD);
      await expect.poll(async () => (await consoles(again)).map(({ stoppedAt }) => stoppedAt)).toEqual([null, null]);
      await again.stop();
      await removeFolder(second.dataDir);
    } finally {
      await first.stop();
      await removeFolder(first.dataDir);
      await proxy.close();
      await test.close();
    }
  }, 60_000);
});

describe('what is wrong with a console', () => {
  const at = new Date('2026-11-23T08:15:00Z');
  const minutesAgo = (minutes: number) => new Date(at.getTime() - minutes * 60_000).toISOString();
  const told: Omit<Console, 'troubles'> = {
    ...{ id: 1, version: 1, name: '', hostName: 'desk-1', programVersion: '1.2.3', isThis: false },
    ...{ startedAt: minutesAgo(600), seenAt: minutesAgo(1), stoppedAt: null, keyState: 'ready' },
    ...{ engines: [{ name: 'fetcher', state: { is: 'waits', why: 'It waits.' } }], clockOffsetMs: 900, databaseMs: 12 },
    ...{ outbox: { waiting: 4, oldestAt: minutesAgo(3), conflicts: 0 }, diskFreeBytes: null },
  };
  const outbox = { waiting: 4, oldestAt: minutesAgo(30), conflicts: 2 };
  const engines = [{ name: 'fetcher', state: { is: 'down', why: 'It ended with code 1, and is started again.' } }];
  const ill = { seenAt: minutesAgo(6), outbox, engines, diskFreeBytes: 5, clockOffsetMs: -31_000, keyState: 'locked' };

  it.each([
    ['nothing, while it works and a few acts are on their way', {}, []],
    ['all at once, the worst first', ill, [...consoleTroubles]],
    ['only what waits there, once it was stopped', { ...ill, stoppedAt: minutesAgo(6) }, ['conflicts', 'waiting']],
    ['what waits on one that is silent, however short', { seenAt: minutesAgo(6) }, ['silent', 'waiting']],
    ['not that it has no keys, which it may do without', { keyState: 'not-enrolled' }, []],
  ] as [string, Partial<typeof told>, string[]][])('%s', (_, change, troubles) => {
    expect(troublesOf({ ...told, ...change }, at)).toEqual(troubles);
  });
});
