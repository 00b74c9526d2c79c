import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertRun, insertTrackers } from '../testing/company.ts';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { testEngines } from '../testing/database.ts';
import { recordCycle } from './fetch-states-store.ts';

const DAY_MS = 86_400_000;

describe.each(testEngines())('why there is no position, on $name', ({ create }) => {
  let app: TestConsole;
  let operator: string;
  let ids: number[];
  let runId: number;
  let clientId: number;
  beforeAll(async () => {
    app = await testConsole(await create());
    operator = await app.signIn('operations');
    const day = (days: number) => new Date(app.parts.now().getTime() + days * DAY_MS).toISOString().slice(0, 10);
    ({ runId, clientId } = await insertRun(app.parts.db, 'Autumn', day(-10), day(10)));
    ids = (await insertTrackers(app.parts.db, { count: 3, runId })).map(({ id }) => id);
  });
  afterAll(() => app?.close());

  const why = async (trackerId = ids[0]!) =>
    (await app.send('GET', `/trackers/${trackerId}/no-position`, { as: operator })).body.because;
  const counted = async (query: string) =>
    (await app.send('GET', `/fetcher/no-position${query}`, { as: operator })).body;

  it('names the first reason that holds, until there is a position', async () => {
    const { db } = app.parts;
    const now = app.parts.now();
    await db.query(sql`update device_keys set private_key = null, data_key_id = null where tracker_id = ${ids[1]!}`);
    expect(await why(ids[1])).toMatchObject({ reason: 'no-private-key', productionRunId: runId });
    const [spare] = await insertTrackers(db, { count: 1, first: 50 });
    expect(await why(spare!.id)).toMatchObject({ reason: 'no-run', productionRunId: null });

    expect((await why()).reason).toBe(app.parts.keyring.state() === 'ready' ? 'fetcher-stopped' : 'not-enrolled');
    await recordCycle(db, now, false);
    expect((await why()).reason).not.toBe('no-source');
    await recordCycle(db, now, true);
    expect((await why()).reason).toBe('no-source');
    await db.query(sql`insert into report_sources (name, kind, url, min_interval_seconds, max_batch_size, batch_size,
      circuit, failing_since, last_request_at) values ('home', 'haystack', 'http://127.0.0.1/', 30, 1, 1, 'open', ${now}, ${now})`);
    expect(await why()).toMatchObject({ reason: 'source-failing', at: now.toISOString() });
    const { body: health } = await app.send('GET', '/health/ready');
    expect(health.checks.sources).toMatchObject({
      is: 'warns',
      why: expect.stringContaining('No report source works'),
    });
    await db.query(sql`update report_sources set circuit = 'closed', failing_since = null`);
    expect((await why()).reason).toBe('not-asked');
    await db.query(sql`insert into fetch_states (tracker_id, next_due_at, asked_at, streak)
      values (${ids[0]!}, ${now}, ${now}, 2)`);
    expect(await why()).toMatchObject({ reason: 'absent', times: 2, at: null });
    await db.query(sql`update fetch_states set streak = 0, last_success_at = ${now}`);
    await db.query(sql`insert into status_pending (tracker_id, fold_from, reason, queued_at)
      values (${ids[0]!}, ${now}, 'reports', ${now})`);
    expect((await why()).reason).toBe('not-folded');
    await db.query(sql`delete from status_pending`);
    expect((await why()).reason).toBe('no-news');

    expect(await counted(`?productionRunId=${runId}`)).toEqual({
      trackers: 3,
      located: 0,
      reasons: expect.arrayContaining([
        { reason: 'no-private-key', count: 1, trackerId: ids[1] },
        { reason: 'no-news', count: 1, trackerId: ids[0] },
        { reason: 'not-asked', count: 1, trackerId: ids[2] },
      ]),
    });
    await db.query(sql`insert into tracker_status (tracker_id, last_reported_at, last_position)
      values (${ids[0]!}, ${now}, st_point(10, 53)::geography) on conflict (tracker_id)
      do update set last_reported_at = excluded.last_reported_at, last_position = excluded.last_position`);
    expect(await why()).toBeNull();
    expect(await counted(`?clientId=${clientId}`)).toMatchObject({ located: 1 });
    expect((await counted('')).trackers).toBe(4);
  });

  it('is for staff alone, and of trackers that exist', async () => {
    expect((await app.send('GET', '/trackers/99999/no-position', { as: operator })).status).toBe(404);
    const viewer = await app.signIn('client-viewer', clientId);
    expect((await app.send('GET', `/trackers/${ids[0]}/no-position`, { as: viewer })).status).toBe(403);
    expect((await app.send('GET', '/fetcher/no-position', { as: viewer })).status).toBe(403);
  });
});
