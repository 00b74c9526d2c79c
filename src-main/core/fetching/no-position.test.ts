import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConsoleStatusEngine } from '../app/console-status-engine.ts';
import { ingest } from '../status/testing/status-world.ts';
import { insertRun, insertTrackers } from '../testing/company.ts';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';
import { clientGuards } from '../testing/two-clients.ts';
import { recordCycle } from './fetch-states-store.ts';

const DAY_MS = 86_400_000;

describe.each(testEngines())('why there is no position, on $name', ({ create }) => {
  let database: TestDatabase;
  let app: TestConsole;
  let operator: string;
  let ids: number[];
  let runId: number;
  let clientId: number;
  beforeAll(async () => {
    database = await create();
    app = await testConsole(database);
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
      why: expect.stringContaining('No report source has worked'),
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

    // A run that was archived while it was under way is asked for no more.
    await db.query(sql`update production_runs set archived_at = ${now} where id = ${runId}`);
    expect(await why()).toMatchObject({ reason: 'run-over', at: now.toISOString() });
    await db.query(sql`update production_runs set archived_at = null where id = ${runId}`);

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

  it('tells a client’s user what follows from their own periods, whatever was before and comes late', async () => {
    const { db } = app.parts;
    const now = app.parts.now();
    const at = (hours: number) => new Date(now.getTime() + hours * 3_600_000);
    const day = (days: number) =>
      at(24 * days)
        .toISOString()
        .slice(0, 10);
    const theirs = await insertRun(db, 'Theirs', day(-10), day(10));
    const ours = await insertRun(db, 'Ours', day(-10), day(10));
    const made = await insertTrackers(db, { count: 6, first: 100, runId: theirs.runId });
    const moved = made.map(({ id }) => id);
    const [nothing, heard, inaccurate, absent, waiting, late] = moved as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const fold = () =>
      createConsoleStatusEngine({ db, publish: () => undefined, log: () => undefined, now: () => at(1) }).drain();
    let n = 0;
    const report = async (trackerId: number, hours: number, accuracyM = 10) =>
      ingest(
        db,
        [{ trackerId, at: at(hours).getTime(), n: n++, position: { latitude: 53, longitude: 10 }, accuracyM }],
        at(1),
      );
    await report(heard, -30);
    await report(inaccurate, -2, 250);
    await fold();
    await db.query(sql`update location_reports set left_out_reason = 'inaccurate' where tracker_id = ${inaccurate}`);
    await db.query(sql`insert into fetch_states (tracker_id, next_due_at, asked_at, streak, last_success_at)
      select id, ${at(5)}, ${at(-1)}, case when id = ${absent}::bigint then 3 else 0 end,
        case when id = ${heard}::bigint then ${at(-1)}::timestamptz end from unnest(${moved}::bigint[]) id`);
    await recordCycle(db, now, true);
    const assign = { trackerIds: moved, productionRunId: ours.runId };
    expect((await app.send('POST', '/trackers/assign', { as: operator, body: assign })).body).toEqual({ moved: 6 });
    await fold();
    await report(late, -1);
    await db.query(sql`insert into status_pending (tracker_id, fold_from, reason, queued_at)
      values (${waiting}, ${now}, 'reports', ${now})`);

    const viewer = await app.signIn('client-viewer', ours.clientId);
    const former = await app.signIn('client-viewer', theirs.clientId);
    const guarded: TestConsole[] = [];
    for (const guard of Object.values(clientGuards)) {
      const other = await testConsole({ ...database, db: guard(db), close: async () => undefined });
      other.clock.now = now;
      guarded.push(other);
    }
    const told = async (path: string, as: string) => {
      const [first, ...others] = await Promise.all(guarded.map((other) => other.send('GET', path, { as })));
      for (const other of others) expect({ ...other.body, requestId: 0 }).toEqual({ ...first!.body, requestId: 0 });
      return first!;
    };
    const reasonOf = async (id: number) => (await told(`/trackers/${id}/no-position`, viewer)).body.because;

    const unheard = { reason: 'unheard', at: null, times: null, leftOut: null, productionRunId: ours.runId };
    for (const id of moved) expect(await reasonOf(id)).toEqual(unheard);
    const all = { trackers: 6, located: 0, reasons: [{ reason: 'unheard', count: 6, trackerId: nothing }] };
    for (const query of ['', `?productionRunId=${ours.runId}`, `?clientId=${ours.clientId}`])
      expect((await told(`/fetcher/no-position${query}`, viewer)).body).toEqual(all);
    const none = { trackers: 0, located: 0, reasons: [] };
    for (const query of ['', `?productionRunId=${ours.runId}`, `?clientId=${ours.clientId}`])
      expect((await told(`/fetcher/no-position${query}`, former)).body).toEqual(none);
    expect((await told(`/trackers/${heard}/no-position`, former)).status).toBe(404);

    // What comes in their own time is theirs, and nobody else's.
    await report(heard, 0.5);
    await report(inaccurate, 0.5, 250);
    await fold();
    await db.query(sql`update location_reports set left_out_reason = 'inaccurate' where tracker_id = ${inaccurate}`);
    await db.query(sql`update tracker_status set last_position = null where tracker_id = ${inaccurate}`);
    expect(await reasonOf(heard)).toBeNull();
    expect(await reasonOf(inaccurate)).toMatchObject({
      reason: 'left-out',
      leftOut: 'inaccurate',
      at: at(0.5).toISOString(),
    });
    // Of all that stops fetching they are told that it stands still: no source, no cause, no instant.
    await db.query(sql`update report_sources set circuit = 'open', failing_since = ${now}, last_error = 'of nobody'`);
    expect(await reasonOf(nothing)).toEqual({ ...unheard, reason: 'not-fetched' });
    await db.query(sql`update report_sources set circuit = 'closed', failing_since = null, last_error = null`);
    await db.query(sql`update device_keys set private_key = null, data_key_id = null where tracker_id = ${nothing}`);
    expect(await reasonOf(nothing)).toEqual({ ...unheard, reason: 'not-fetched' });
    expect(await reasonOf(absent)).toEqual(unheard);

    const back = { trackerIds: [heard], productionRunId: theirs.runId };
    for (const console of [app, ...guarded]) console.clock.now = at(2);
    await recordCycle(db, at(2), true);
    expect((await app.send('POST', '/trackers/assign', { as: operator, body: back })).body).toEqual({ moved: 1 });
    await fold();
    expect((await told(`/trackers/${heard}/no-position`, viewer)).status).toBe(404);
    expect((await told(`/trackers/${heard}/no-position`, former)).body.because).toMatchObject({
      reason: 'no-news',
      at: at(-30).toISOString(),
    });
    for (const other of guarded) await other.close();
  });

  it('is of trackers that exist', async () => {
    expect((await app.send('GET', '/trackers/99999/no-position', { as: operator })).status).toBe(404);
  });
});
