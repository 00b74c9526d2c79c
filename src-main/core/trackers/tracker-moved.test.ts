import { setTimeout as pause } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConsoleStatusEngine } from '../app/console-status-engine.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import { ingest, insertFence } from '../status/testing/status-world.ts';
import { insertRun, insertTrackers } from '../testing/company.ts';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';
import { clientGuards } from '../testing/two-clients.ts';
import { moveTrackers } from './move-trackers.ts';

const HOUR = 3_600_000;
const home = { latitude: 48.1, longitude: 11.5 };
const day = (days: number) => new Date(Date.now() + days * 24 * HOUR).toISOString().slice(0, 10);

describe.each(testEngines())('a tracker that goes from one client to another on $name', ({ create }) => {
  let database: TestDatabase;
  let apps: Record<string, TestConsole>;
  let both: TestConsole;
  let staff: string;
  const viewers: string[] = [];
  const runs: { clientId: number; runId: number }[] = [];
  let trackerId: number;
  let n = 0;
  const report = async (...times: number[]) => {
    const made = times.map((at) => ({ trackerId, at, n: n++, position: home, accuracyM: 10 }));
    await ingest(database.db, made, new Date());
    const now = () => new Date(Date.now() + HOUR);
    await createConsoleStatusEngine({ db: database.db, publish: () => undefined, log: () => undefined, now }).drain();
  };
  const move = async (productionRunId: number | null) => {
    // Each some time after the one before: what lies between two moves must not depend on how fast this runs.
    both.clock.now = new Date(both.clock.now.getTime() + 60_000);
    const body = { trackerIds: [trackerId], productionRunId };
    expect((await both.send('POST', '/trackers/assign', { as: staff, body })).body).toEqual({ moved: 1 });
    return both.clock.now.getTime();
  };
  beforeAll(async () => {
    database = await create();
    both = await testConsole(database);
    both.clock.now = new Date();
    apps = {};
    for (const [name, guard] of Object.entries(clientGuards)) {
      apps[name] = await testConsole({ ...database, db: guard(database.db), close: async () => undefined });
      apps[name].clock.now = new Date();
    }
    staff = await both.signIn('operations');
    for (const name of ['first', 'second']) {
      const run = await insertRun(database.db, name, day(-20), day(20));
      runs.push(run);
      viewers.push(await both.signIn('client-viewer', run.clientId));
      await insertFence(database.db, { kind: 'storage', radiusM: 100, position: home, runId: run.runId, name });
    }
    trackerId = (await insertTrackers(database.db, { count: 1, runId: runs[0]!.runId }))[0]!.id;
  });
  afterAll(async () => {
    for (const app of Object.values(apps ?? {})) await app.close();
    await both?.close();
  });

  /** What a viewer is shown of the tracker by each guard alone and by both; they must agree. */
  async function shown(viewer: string | undefined) {
    const answers = [];
    for (const [guard, app] of Object.entries(apps)) {
      const get = async (path: string) => (await app.send('GET', path, { as: viewer! })).body;
      const base = `/trackers/${trackerId}`;
      const tracker = (await get('/trackers')).items[0];
      const times = (await get(`${base}/location-reports`)).items?.map((item: { reportedAt: string }) =>
        Date.parse(item.reportedAt),
      );
      const points = (await get(`/map/trackers/${trackerId}/track`)).points;
      const hours = (await get(`${base}/aggregates?period=hour`)).items;
      const history = (await get(`${base}/status-history?includeSuperseded=true`)).items;
      const days = (await get('/overview')).reportsByDay as { reports: number }[];
      answers.push({
        guard,
        listed: tracker !== undefined,
        last: tracker?.lastReport ? Date.parse(tracker.lastReport.reportedAt) : null,
        times: times ?? null,
        points: points?.length ?? null,
        hours: hours?.length ?? null,
        history: history?.length ?? null,
        onMap: (await get('/map/trackers?bbox=-180,-85,180,85&zoom=3')).total,
        byDay: days.reduce((sum, { reports }) => sum + reports, 0),
      });
    }
    const [first, ...others] = answers;
    for (const other of others) expect({ ...other, guard: first!.guard }).toEqual(first);
    const { guard: _, ...answer } = first!;
    return answer;
  }
  const nothing = {
    listed: false,
    last: null,
    times: null,
    points: null,
    hours: null,
    history: null,
    onMap: 0,
    byDay: 0,
  };

  it('shows each client the reports of their own time, whichever way it goes', async () => {
    const [t1, t2] = [Date.now() - 30 * HOUR, Date.now() - 20 * HOUR];
    await report(t1, t2);
    expect(await shown(viewers[0])).toMatchObject({ listed: true, last: t2, times: [t2, t1], points: 2, onMap: 1 });
    expect(await shown(viewers[1])).toEqual(nothing);

    const movedAt = await move(runs[1]!.runId);
    const fresh = { listed: true, last: null, times: [], points: 0, history: 0, onMap: 0, byDay: 0, hours: 0 };
    // What the first client saw by day they still see: it was theirs.
    expect(await shown(viewers[0])).toEqual({ ...nothing, byDay: 2 });
    // Before the history is folded again, when the entries and sums of the first client are still there, and after.
    expect(await shown(viewers[1])).toEqual(fresh);
    await report();
    const after = await shown(viewers[1]);
    expect(after).toEqual({ ...fresh, history: after.history });

    // A report of the first client's time that comes late is stored, and nobody's but the staff's to see.
    const late = movedAt - HOUR;
    await report(late);
    const hidden = await shown(viewers[1]);
    expect(hidden).toMatchObject({ last: null, times: [], points: 0, onMap: 0, byDay: 0 });
    const t3 = movedAt + 1;
    await report(t3);
    expect(await shown(viewers[1])).toMatchObject({ listed: true, last: t3, times: [t3], points: 1, onMap: 1 });
    const all = await both.send('GET', `/trackers/${trackerId}/location-reports`, { as: staff });
    expect(all.body.items).toHaveLength(4);

    // Out by mistake, and back: nothing of it is lost.
    await move(null);
    expect(await shown(viewers[1])).toEqual({ ...nothing, byDay: 1 });
    await move(runs[1]!.runId);
    expect((await shown(viewers[1])).times).toEqual([t3]);
  });

  it('gives a client their own reports again when it comes back to them', async () => {
    const movedAt = await move(runs[0]!.runId);
    await report(movedAt + 1);
    const { times, listed } = await shown(viewers[0]);
    expect(listed).toBe(true);
    // Those of the first stretch and the one that came late to it, the new one, and none of the second client's.
    expect(times).toHaveLength(4);
    expect(await shown(viewers[1])).toEqual({ ...nothing, byDay: 1 });
  });

  it('a report that is being stored while its tracker moves is told to nobody new', async () => {
    const [tracker] = await insertTrackers(database.db, { count: 1, first: 900, runId: runs[0]!.runId });
    const now = both.clock.now;
    const made = { trackerId: tracker!.id, at: now.getTime() - HOUR, n: 0, position: home, accuracyM: 10 };
    const move = { trackerIds: [tracker!.id], productionRunId: runs[1]!.runId, since: 'now' as const, now };
    let storing: Promise<void> | undefined;
    await database.db.transaction({ kind: 'system' }, async (tx) => {
      await moveTrackers(tx, move);
      storing = ingest(database.db, [made], now);
      // Until it waits for the move, where it has a session of its own; it must hold either way.
      for (let looks = 0; looks < 50 && !(await anyWaits(tx)); looks++) await pause(10);
    });
    await storing;
    const { body } = await both.send('GET', `/trackers/${tracker!.id}`, { as: viewers[1]! });
    expect([body.reportCount, body.lastReport]).toEqual([0, null]);
  });
});

const anyWaits = async (tx: Transaction) =>
  (await tx.query<{ waits: boolean }>(sql`select exists (select from pg_locks where not granted) as waits`)).rows[0]!
    .waits;
