import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Database, systemScope } from '../platform/db/queryable.ts';
import { insertRun, insertTrackers } from '../testing/company.ts';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { testEngines } from '../testing/database.ts';
import { type ReportServer, startReportServer } from './testing/report-server.ts';

describe.each(testEngines())('fetcher and report sources over HTTP on $name', ({ create }) => {
  let app: TestConsole;
  let server: ReportServer;
  let operator: string;
  let trackers: { id: number }[];
  beforeAll(async () => {
    app = await testConsole(await create());
    server = await startReportServer();
    operator = await app.signIn('operations');
    const { runId } = await insertRun(app.parts.db, 'Autumn', '2026-11-01', '2026-11-30');
    trackers = await insertTrackers(app.parts.db, { count: 3, runId });
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
      minIntervalSeconds: 900,
      maxBatchSize: 64,
      warning: null,
      state: { circuit: 'closed', batchSize: 64, reportCap: null, blindSince: null, canaries: 0 },
    });
    const { rows } = await app.parts.db.query<{ credentials: Buffer }>(sql`select credentials from report_sources`);
    expect(rows[0]!.credentials.includes('secret')).toBe(false);
    const { rows: audited } = await app.parts.db.query<{ details: unknown }>(
      sql`select details from audit_entries where action = 'reportSource.create'`,
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
    for (const address of ['http://ada:pass@127.0.0.1:6176/', 'https://ada@127.0.0.1/', 'https:\\\\ada:pass@h/']) {
      const refused = await send({ url: address });
      expect([refused.status, JSON.stringify(refused.body).includes('pass@')]).toEqual([422, false]);
      expect((await send({ anisetteUrl: address })).status).toBe(422);
    }
  });

  it('tests a source with its login, says what is wrong, and closes its circuit when all is well', async () => {
    const { body: list } = await app.send('GET', '/report-sources', { as: operator });
    const id = list.items[0].id;
    const test = () => app.send('POST', `/report-sources/${id}/test`, { as: operator });
    await app.parts.db.query(sql`update report_sources set circuit = 'open', paused_until = '2030-01-01'`);
    server.faults.push({ status: 401 });
    expect((await test()).body).toMatchObject({ ok: false, message: expect.stringContaining('auth.json') });
    const state = async () => (await app.send('GET', '/report-sources', { as: operator })).body.items[0].state;
    expect(await state()).toMatchObject({ circuit: 'open', requests: 1, failures: 1 });
    expect((await test()).body).toMatchObject({ ok: true });
    expect(await state()).toMatchObject({ circuit: 'closed', pausedUntil: null, lastError: null, requests: 2 });
    await app.send('PATCH', `/report-sources/${id}`, { as: operator, body: { minIntervalSeconds: 300 } });
    const { items } = (await app.send('GET', '/report-sources', { as: operator })).body;
    expect(items[0].warning).toContain('15 minutes');
    const login = Buffer.from('123:very secret').toString('base64');
    expect(server.requests.at(-1)!.headers.authorization).toBe(`Basic ${login}`);
    // By the console's clock: a turn that ends much later is taken for the work of a wrong clock.
    const soon = new Date(app.clock.now.getTime() + 20_000);
    await app.parts.db.query(sql`update report_sources set busy_until = ${soon}`);
    expect((await test()).body).toMatchObject({ ok: false, message: expect.stringContaining('right now') });
    await app.parts.db.query(sql`update report_sources set busy_until = null`);
    expect((await app.send('POST', '/report-sources/999/test', { as: operator })).status).toBe(404);
  });

  it.each([
    [{ status: 401 }, 'login-expired', 401, 'auth.json'],
    [{ status: 541 }, 'login-expired', 541, 'auth.json'],
    [{ status: 429 }, 'throttled', 429, 'wait'],
    // Whatever is no source says the same, or the test would tell which ports of this machine are open.
    [{ status: 504 }, 'network', null, 'No report source'],
    [{ status: 500 }, 'network', null, 'No report source'],
    [{ status: 404 }, 'network', null, 'No report source'],
    [{ status: 200, body: '<html>' }, 'network', null, 'No report source'],
    [{ status: 200, body: '{"other":1}' }, 'network', null, 'No report source'],
    [
      { status: 302, headers: { location: 'https://elsewhere.example/x?secret=1' } },
      'network',
      null,
      'No report source',
    ],
  ] as const)('says what is wrong with a source that answers %j', async (fault, reason, status, word) => {
    const { body: list } = await app.send('GET', '/report-sources', { as: operator });
    server.faults.push(fault);
    const { body } = await app.send('POST', `/report-sources/${list.items[0].id}/test`, { as: operator });
    expect(body).toMatchObject({ ok: false, reason, status, message: expect.stringContaining(word) });
  });

  it('tells an anisette server that can’t be reached from a source that can’t, and a missing login from both', async () => {
    const { body: list } = await app.send('GET', '/report-sources', { as: operator });
    const path = `/report-sources/${list.items[0].id}`;
    const { url, anisetteUrl, credentials } = account();
    const tested = async (change: object) => {
      await app.send('PATCH', path, { as: operator, body: { url, anisetteUrl, credentials, ...change } });
      return (await app.send('POST', `${path}/test`, { as: operator })).body;
    };
    const nowhere = 'http://127.0.0.1:9/';
    expect(await tested({ anisetteUrl: nowhere })).toMatchObject({ reason: 'anisette', status: null });
    const closed = await tested({ url: nowhere });
    expect(closed).toMatchObject({ reason: 'network', status: null });
    server.faults.push({ status: 404 });
    const odd = await tested({ url });
    expect({ ...odd, durationMs: 0 }).toEqual({ ...closed, durationMs: 0 });
    expect(await tested({ credentials: null })).toMatchObject({ reason: 'credentials', status: null });
    expect(await tested({ credentials })).toMatchObject({ ok: true, reason: null, status: 200 });
  });

  describe('a changed address', () => {
    const stored = async () => {
      const { rows } = await app.parts.db.query<{ url: string; credentials: Buffer | null }>(
        sql`select url, credentials from report_sources`,
      );
      return rows[0]!;
    };
    const change = async (body: object) => {
      const { body: list } = await app.send('GET', '/report-sources', { as: operator });
      return app.send('PATCH', `/report-sources/${list.items[0].id}`, { as: operator, body });
    };
    const test = async () => {
      const { body: list } = await app.send('GET', '/report-sources', { as: operator });
      return app.send('POST', `/report-sources/${list.items[0].id}/test`, { as: operator });
    };

    it.each([
      ['another path', () => ({ url: `${server.url}/older` })],
      ['another port', () => ({ url: 'http://127.0.0.1:9/newer' })],
      ['another host', () => ({ url: `${server.url.replace('127.0.0.1', 'localhost')}/newer` })],
      ['another scheme', () => ({ url: `${server.url.replace('http:', 'https:')}/newer` })],
      ['a query', () => ({ url: `${server.url}/newer?to=x` })],
      ['another anisette server', () => ({ anisetteUrl: `${server.url}/newer` })],
    ])('does not get the stored login: %s', async (_what, changed) => {
      const before = await stored();
      const answer = await change({ name: 'Moved', ...changed() });
      const sentence =
        'The stored login belongs to the old addresses. Enter the login again for the new ones, or remove it.';
      expect([answer.status, answer.body.detail]).toEqual([422, sentence]);
      expect(answer.body.fields).toEqual([{ path: 'credentials', message: sentence }]);
      // Nothing of the request is kept.
      expect(await stored()).toEqual(before);
    });

    it('is none that differs by the case of its host alone, or by what goes without saying', async () => {
      const { url, anisetteUrl } = account();
      for (const same of [url.replace('http', 'HTTP'), url.replace('/newer', '/older/../newer'), url])
        expect((await change({ url: same, anisetteUrl })).status).toBe(200);
      expect((await test()).body).toMatchObject({ ok: true });
    });

    it('gets the login that is entered for it, or none', async () => {
      const { url, credentials } = account();
      const older = `${server.url}/older`;
      expect((await change({ url: older, credentials: null })).body).toMatchObject({
        url: older,
        hasCredentials: false,
      });
      expect((await test()).body).toMatchObject({ reason: 'credentials' });
      expect((await change({ url })).status).toBe(200);
      const other = { dsid: '7', searchPartyToken: 'for the older' };
      expect((await change({ url: older, credentials: other })).body).toMatchObject({ hasCredentials: true });
      await test();
      const login = Buffer.from('7:for the older').toString('base64');
      expect(server.requests.at(-1)).toMatchObject({ path: '/older', headers: { authorization: `Basic ${login}` } });
      expect((await change({ url, credentials })).status).toBe(200);
    });

    it('does not get a login that is being stored while it is changed', async () => {
      const { db } = app.parts;
      const { rows } = await db.query<{ credentials: Buffer; data_key_id: number }>(
        sql`select credentials, data_key_id from report_sources`,
      );
      const login = rows[0]!;
      await change({ credentials: null });
      const begun = Promise.withResolvers<void>();
      const goOn = Promise.withResolvers<void>();
      const entering = db.transaction(systemScope, async (tx) => {
        await tx.query(
          sql`update report_sources set credentials = ${login.credentials}, data_key_id = ${login.data_key_id}`,
        );
        begun.resolve();
        await goOn.promise;
      });
      await begun.promise;
      const moving = change({ url: `${server.url}/older` });
      // The embedded engine has one session: there the change waits for it anyway.
      if (db.engine === 'postgresql') await vi.waitFor(async () => expect(await waitingForLocks(db)).toBe(1));
      goOn.resolve();
      await entering;
      expect((await moving).status).toBe(422);
      expect((await stored()).url).toBe(account().url);
    });
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
    expect((await app.send('DELETE', path, { as: operator, version: '*' })).status).toBe(204);
    expect((await app.send('DELETE', path, { as: operator, version: '*' })).status).toBe(404);
  });

  it('shows the state, pauses and resumes, and fetches now', async () => {
    const first = await app.send('GET', '/fetcher', { as: operator });
    expect(first.body).toMatchObject({
      running: false,
      paused: false,
      schedule: 'memory',
      queue: { depth: 0, keys: 0, due: 0 },
      settings: { maxReportAgeDays: 7, fetchIntervalMinutes: 30, maxBackoffHours: 24, batchSize: 64, failingStreak: 5 },
    });
    const act = (body: object) => app.send('POST', '/fetcher', { as: operator, body });
    expect((await act({ action: 'pause' })).body.paused).toBe(true);
    expect((await act({ action: 'resume' })).body.paused).toBe(false);
    const named = await act({ action: 'fetch-now', trackerIds: [trackers[1]!.id] });
    expect(named.body.queue).toMatchObject({ depth: 3, keys: 3 });
    expect(await app.parts.schedule.get(trackers[1]!.id)).toMatchObject({ dueAt: app.clock.now.getTime() });
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
    const db = app.parts.db;
    for (const [i, streak] of [2, 7, 0].entries()) {
      await db.query(sql`insert into fetch_states (tracker_id, next_due_at, factor, streak, total_failures)
        values (${trackers[i]!.id}, '2026-11-24', 4, ${streak}, ${streak})`);
    }
    await db.query(sql`insert into fetch_days values (${trackers[1]!.id}, '2026-11-22', 3, 1)`);
    const list = async (query: string) => {
      const { status, body } = await app.send('GET', `/fetcher/failures?${query}`, { as: operator });
      expect(status).toBe(200);
      return body;
    };
    const ids = async (query: string) => (await list(query)).items.map((item: { trackerId: number }) => item.trackerId);
    const [first, second, third] = trackers.map((tracker) => tracker.id) as [number, number, number];
    const one = await list('limit=1');
    expect(one.items).toMatchObject([{ trackerId: second, streak: 7, productionRunName: 'Autumn', consistent: true }]);
    const two = await list(`limit=1&cursor=${one.nextCursor}`);
    expect(two).toMatchObject({ items: [{ trackerId: first, streak: 2, consistent: false }], nextCursor: null });
    const state = await app.send('GET', `/trackers/${second}/fetch-state`, { as: operator });
    expect(state.body).toMatchObject({
      queued: true,
      factor: 1,
      streak: 7,
      days: [{ day: '2026-11-22', failures: 3, successes: 1 }],
    });
    expect((await app.send('GET', '/trackers/99999/fetch-state', { as: operator })).status).toBe(404);

    const mac = (await list('limit=1')).items[0].macAddress as string;
    expect(await ids(`search=${mac.slice(0, 8)}`)).toEqual([second]);
    expect(await ids('search=zz')).toEqual([]);
    expect(await ids('minStreak=3')).toEqual([second]);
    expect(await ids('consistent=true')).toEqual([second]);
    expect(await ids('consistent=false')).toEqual([first]);
    expect(await ids('productionRunId=999')).toEqual([]);
    await db.query(sql`update fetch_states set incomplete = true where tracker_id = ${third}`);
    expect(await ids('incomplete=true')).toEqual([third]);
  });

  it('counts as consistently failing from the configured streak on', async () => {
    const counts = async () => (await app.send('GET', '/fetcher', { as: operator })).body;
    expect(await counts()).toMatchObject({ failingTrackers: 2, consistentlyFailing: 1, incompleteTrackers: 1 });
    await app.send('PATCH', '/fetcher/settings', { as: operator, body: { failingStreak: 2 } });
    expect(await counts()).toMatchObject({ failingTrackers: 2, consistentlyFailing: 2 });
    await app.send('PATCH', '/fetcher/settings', { as: operator, body: { failingStreak: 8 } });
    expect(await counts()).toMatchObject({ consistentlyFailing: 0 });
  });

  it('mutes and unmutes', async () => {
    const [first, second] = trackers.map((tracker) => tracker.id) as [number, number];
    const mute = (muted: boolean, note?: string) =>
      app.send('POST', '/fetcher/failures/mute', { as: operator, body: { trackerIds: [second], muted, note } });
    const ids = async (query: string) =>
      (await app.send('GET', `/fetcher/failures?${query}`, { as: operator })).body.items.map(
        (item: { trackerId: number }) => item.trackerId,
      );
    expect((await mute(true, 'battery taken out')).body).toEqual({ changed: 1 });
    expect((await mute(true)).body).toEqual({ changed: 0 });
    expect(await ids('')).toEqual([first]);
    const muted = await app.send('GET', '/fetcher/failures?muted=true', { as: operator });
    expect(muted.body.items).toMatchObject([{ trackerId: second, streak: 7, muted: { note: 'battery taken out' } }]);
    const state = (await app.send('GET', '/fetcher', { as: operator })).body;
    expect(state).toMatchObject({ failingTrackers: 1, mutedTrackers: 1 });
    expect((await mute(false)).body).toEqual({ changed: 1 });
    expect(await ids('')).toEqual([second, first]);
    const { rows } = await app.parts.db.query<{ details: { muted: boolean } }>(
      sql`select details from audit_entries where action = 'fetcher.mute' order by sequence`,
    );
    expect(rows.map(({ details }) => details.muted)).toEqual([true, true, false]);
    const reviewer = await app.signIn('reviewer');
    const body = { trackerIds: [second], muted: true };
    expect((await app.send('POST', '/fetcher/failures/mute', { as: reviewer, body })).status).toBe(403);
  });

  it('tells failures by day, of everything and of one run, and the queue by minute', async () => {
    const db = app.parts.db;
    const today = app.clock.now.toISOString().slice(0, 10);
    await db.query(sql`insert into fetcher_days (day, absent, present) values (${today}::date, 4, 9)
      on conflict (day) do update set absent = 4, present = 9`);
    await db.query(sql`insert into fetch_days values (${trackers[0]!.id}, ${today}::date, 2, 0)`);
    const days = async (query: string) => {
      const { body } = await app.send('GET', `/fetcher/days?${query}`, { as: operator });
      return body.items as { day: string; absent: number; present: number }[];
    };
    const all = await days('days=3');
    expect(all.map(({ absent }) => absent)).toEqual([0, 0, 4]);
    expect(all.at(-1)).toEqual({ day: today, absent: 4, present: 9 });
    const { rows } = await db.query<{ id: number }>(sql`select id from production_runs`);
    expect((await days(`days=2&productionRunId=${rows[0]!.id}`)).at(-1)).toEqual({ day: today, absent: 2, present: 0 });
    expect((await days('days=2&productionRunId=999')).at(-1)).toMatchObject({ absent: 0 });

    const now = app.clock.now.getTime();
    for (const [minutesAgo, claims, lag] of [
      [3, 10, 0],
      [2, 25, 90],
      [1, 25, 150],
    ] as const) {
      await db.query(sql`
        insert into fetcher_minutes (minute, depth, due, leased, lag_seconds, claims, requests, stored, absent)
        values (date_trunc('minute', ${new Date(now - minutesAgo * 60_000)}::timestamptz), 5, 2, 1, ${lag}, ${claims}, 0, 0, 0)`);
    }
    const { body } = await app.send('GET', '/fetcher/minutes?minutes=10', { as: operator });
    expect(body.items).toMatchObject([
      { claims: 0, lagSeconds: 0 },
      { claims: 15, lagSeconds: 90, depth: 5, due: 2, leased: 1 },
      { claims: 0, lagSeconds: 150 },
    ]);
  });

  it('shows corrupt reports as they came, by reason, and counts them', async () => {
    const db = app.parts.db;
    const { body: source } = await app.send('POST', '/report-sources', {
      as: operator,
      body: { ...account(), name: 'Account two' },
    });
    const requestId = '6f1b8e0c-5d0a-4b43-9c63-3f6a3c1f8e11';
    await db.query(sql`
      insert into corrupt_reports (tracker_id, payload_hash, payload, reason, received_at, source_id, request_id) values
        (${trackers[0]!.id}, 'a', ${Uint8Array.of(1, 2)}, 'bad-length', '2026-11-20', ${source.id}, ${requestId}),
        (null, 'b', '{"id":5}', 'malformed', '2026-11-21', ${source.id}, ${requestId})`);
    const list = async (query: string) =>
      (await app.send('GET', `/corrupt-reports?${query}`, { as: operator })).body.items as Record<string, unknown>[];
    expect(await list('')).toMatchObject([
      { reason: 'malformed', tracker: null, content: Buffer.from('{"id":5}').toString('base64') },
      { reason: 'bad-length', tracker: { id: trackers[0]!.id }, sizeBytes: 2, content: 'AQI=', requestId },
    ]);
    expect(await list('reason=malformed')).toMatchObject([{ reportSource: { name: 'Account two' } }]);
    expect(await list(`trackerId=${trackers[0]!.id}`)).toHaveLength(1);
    expect(await list(`reportSourceId=${source.id + 1}`)).toEqual([]);
    const { body: counts } = await app.send('GET', '/corrupt-reports/counts', { as: operator });
    expect(counts.items.find((item: { reason: string }) => item.reason === 'malformed')).toMatchObject({ count: 1 });
    expect((await app.send('GET', '/corrupt-reports', { as: await app.signIn('client-viewer', 1) })).status).toBe(403);
  });
});

async function waitingForLocks(db: Database): Promise<number> {
  const { rowCount } = await db.query(
    sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return rowCount;
}
