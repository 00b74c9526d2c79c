import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertRun, insertTrackers } from '../../testing/company.ts';
import { type TestConsole, testConsole } from '../../testing/console.ts';
import { testEngines } from '../../testing/database.ts';
import { type ReportServer, startReportServer } from '../../testing/report-server.ts';

describe.each(testEngines())('fetcher and report sources over HTTP on $name', ({ create }) => {
  let app: TestConsole;
  let server: ReportServer;
  let operator: string;
  let trackers: { id: number }[];
  beforeAll(async () => {
    app = await testConsole(await create());
    server = await startReportServer();
    operator = await app.signIn('operations');
    const { runId } = await insertRun(app.core.db, 'Autumn', '2026-11-01', '2026-11-30');
    trackers = await insertTrackers(app.core.db, { count: 3, runId });
  });
  afterAll(async () => {
    await server?.close();
    await app?.close();
  });

  const account = () => ({
    name: 'Account one',
    kind: 'apple-newer',
    url: `${server.url}/newer`,
    anisetteUrl: `${server.url}/anisette`,
    credentials: { dsid: '123', searchPartyToken: 'very secret' },
  });

  it('keeps a source’s secrets to itself', async () => {
    const made = await app.send('POST', '/report-sources', { as: operator, body: account() });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      hasCredentials: true,
      enabled: true,
      minIntervalSeconds: 30,
      state: { circuit: 'closed', batchSize: 64, learnedCap: null },
    });
    const { rows } = await app.core.db.query<{ credentials: Buffer }>(sql`select credentials from report_sources`);
    expect(rows[0]!.credentials.includes('secret')).toBe(false);
    const { rows: audited } = await app.core.db.query<{ details: unknown }>(
      sql`select details from audit_log where action = 'reportSource.create'`,
    );
    expect(audited).toHaveLength(1);
    const list = await app.send('GET', '/report-sources', { as: await app.signIn('reviewer') });
    for (const text of [JSON.stringify(audited), JSON.stringify(list.body), JSON.stringify(made.body)]) {
      expect(text).not.toContain('secret');
    }
    const again = await app.send('POST', '/report-sources', { as: operator, body: account() });
    expect([again.status, again.body.fields?.[0].path]).toEqual([409, 'name']);
    expect((await app.send('GET', '/report-sources', { as: await app.signIn('client-viewer', 1) })).status).toBe(403);
  });

  it('refuses what a kind of source can’t use, at the field', async () => {
    const send = (changes: object) =>
      app.send('POST', '/report-sources', { as: operator, body: { ...account(), name: 'Other', ...changes } });
    for (const [changes, path] of [
      [{ anisetteUrl: null }, 'anisetteUrl'],
      [{ credentials: { username: 'a', password: 'b' } }, 'credentials'],
      [{ kind: 'haystack' }, 'credentials'],
    ] as const) {
      const { status, body } = await send(changes);
      expect([status, body.fields?.[0].path]).toEqual([422, path]);
    }
    expect((await send({ url: 'file:///etc/passwd' })).status).toBe(422);
  });

  it('tests a source with its login, says what is wrong, and closes its circuit when all is well', async () => {
    const { body: list } = await app.send('GET', '/report-sources', { as: operator });
    const id = list.items[0].id;
    const test = () => app.send('POST', `/report-sources/${id}/test`, { as: operator });
    await app.core.db.query(sql`update report_sources set circuit = 'open', paused_until = '2030-01-01'`);
    server.faults.push({ status: 401 });
    expect((await test()).body).toMatchObject({ ok: false, message: expect.stringContaining('auth.json') });
    const state = async () => (await app.send('GET', '/report-sources', { as: operator })).body.items[0].state;
    expect(await state()).toMatchObject({ circuit: 'open', requests: 1, failures: 1 });
    expect((await test()).body).toMatchObject({ ok: true });
    expect(await state()).toMatchObject({ circuit: 'closed', pausedUntil: null, lastError: null, requests: 2 });
    const login = Buffer.from('123:very secret').toString('base64');
    expect(server.requests.at(-1)!.headers.authorization).toBe(`Basic ${login}`);
    await app.core.db.query(sql`update report_sources set busy_until = '2030-01-01'`);
    expect((await test()).body).toMatchObject({ ok: false, message: expect.stringContaining('right now') });
    await app.core.db.query(sql`update report_sources set busy_until = null`);
    expect((await app.send('POST', '/report-sources/999/test', { as: operator })).status).toBe(404);
  });

  it('changes and removes a source; new credentials replace the old', async () => {
    const { body: list } = await app.send('GET', '/report-sources', { as: operator });
    const path = `/report-sources/${list.items[0].id}`;
    const body = { enabled: false, maxBatchSize: 16, credentials: { dsid: '9', searchPartyToken: 'newer' } };
    const changed = await app.send('PATCH', path, { as: operator, body });
    expect(changed.body).toMatchObject({ enabled: false, hasCredentials: true, state: { batchSize: 16 } });
    await app.send('POST', `${path}/test`, { as: operator });
    const login = Buffer.from('9:newer').toString('base64');
    expect(server.requests.at(-1)!.headers.authorization).toBe(`Basic ${login}`);
    const cleared = await app.send('PATCH', path, { as: operator, body: { credentials: null } });
    expect(cleared.body.hasCredentials).toBe(false);
    expect((await app.send('DELETE', path, { as: operator })).status).toBe(204);
    expect((await app.send('DELETE', path, { as: operator })).status).toBe(404);
  });

  it('shows the state, pauses and resumes, and fetches now', async () => {
    const first = await app.send('GET', '/fetcher', { as: operator });
    expect(first.body).toMatchObject({
      running: false,
      paused: false,
      schedule: 'memory',
      queue: { depth: 0, due: 0 },
      settings: { maxReportAgeDays: 7, fetchIntervalMinutes: 30, maxBackoffHours: 24, batchSize: 64 },
    });
    const act = (body: object) => app.send('POST', '/fetcher', { as: operator, body });
    expect((await act({ action: 'pause' })).body.paused).toBe(true);
    expect((await act({ action: 'resume' })).body.paused).toBe(false);
    const named = await act({ action: 'fetch-now', trackerIds: [trackers[1]!.id] });
    expect(named.body.queue.depth).toBe(3);
    expect(await app.core.schedule.get(trackers[1]!.id)).toMatchObject({ dueAt: app.clock.now.getTime() });
    expect((await act({ action: 'fetch-now' })).body.queue).toMatchObject({ depth: 3, due: 3, leased: 0 });
    const reviewer = await app.signIn('reviewer');
    expect((await app.send('POST', '/fetcher', { as: reviewer, body: { action: 'pause' } })).status).toBe(403);
  });

  it('changes settings one by one', async () => {
    const change = (body: object) => app.send('PATCH', '/fetcher/settings', { as: operator, body });
    expect((await change({ fetchIntervalMinutes: 20 })).body).toMatchObject({
      fetchIntervalMinutes: 20,
      batchSize: 64,
    });
    expect((await change({ batchSize: 8 })).body).toMatchObject({ fetchIntervalMinutes: 20, batchSize: 8 });
    expect((await change({ maxReportAgeDays: 8 })).status).toBe(422);
  });

  it('lists failing trackers, longest streak first, in pages, and one tracker’s memory', async () => {
    const db = app.core.db;
    for (const [i, streak] of [2, 7, 0].entries()) {
      await db.query(sql`insert into fetch_states (tracker_id, next_due_at, factor, streak, total_failures)
        values (${trackers[i]!.id}, '2026-11-24', 4, ${streak}, ${streak})`);
    }
    await db.query(sql`insert into fetch_days values (${trackers[1]!.id}, '2026-11-22', 3, 1)`);
    const one = await app.send('GET', '/fetcher/failures?limit=1', { as: operator });
    expect(one.body.items).toMatchObject([{ trackerId: trackers[1]!.id, streak: 7, productionRunName: 'Autumn' }]);
    const two = await app.send('GET', `/fetcher/failures?limit=1&cursor=${one.body.nextCursor}`, { as: operator });
    expect(two.body).toMatchObject({ items: [{ trackerId: trackers[0]!.id, streak: 2 }], nextCursor: null });
    expect((await app.send('GET', '/fetcher', { as: operator })).body.failingTrackers).toBe(2);
    const state = await app.send('GET', `/trackers/${trackers[1]!.id}/fetch-state`, { as: operator });
    expect(state.body).toMatchObject({
      queued: true,
      factor: 1,
      streak: 7,
      days: [{ day: '2026-11-22', failures: 3, successes: 1 }],
    });
    expect((await app.send('GET', '/trackers/99999/fetch-state', { as: operator })).status).toBe(404);
  });
});
