import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectionConfig } from '../../platform/db/connection.ts';
import { migrate } from '../../platform/db/migrate.ts';
import { type Scope, systemScope, type Transaction } from '../../platform/db/queryable.ts';
import { insertJob } from '../../platform/jobs/jobs-store.ts';
import type { NewJob } from '../../platform/jobs/queue.ts';
import { seenBy } from '../../status/testing/seen-by.ts';
import { ingest } from '../../status/testing/status-world.ts';
import { insertRun, insertTrackers, insertUser } from '../../testing/company.ts';
import { type TestDatabase, testEngines } from '../../testing/database.ts';
import { dropAll } from '../../testing/drop-all.ts';
import { moveTrackers } from '../../trackers/move-trackers.ts';
import { queueStamping, reportStampingJob } from './stamping.ts';

const migrations = join(import.meta.dirname, '..', '..', '..', '..', 'migrations');
const DAY = 86_400_000;
const day = (n: number) => Date.UTC(2026, 2, 1) + n * DAY;
const NOW = new Date(day(100));
const DAYS = [-1, 5, 25, 45, 65, 85, 91];

/**
 * A database with reports of four months, as it was before reports were stamped. Six trackers: 0 and 1 always in run a,
 * 2 and 3 in a until day 40 and then in b, 4 in b until day 40, voided, and in none since, 5 in none. The runs begin on
 * day 0 and end after day 89.
 */
describe.each(testEngines())('reports of a former database on $name', ({ create }) => {
  let test: TestDatabase;
  let folder: string;
  let runs: { clientId: number; runId: number }[];
  let ids: number[];
  let viewers: Scope[];

  beforeAll(async () => {
    test = await create();
    const { db } = test;
    folder = await mkdtemp(join(tmpdir(), 'migrations-'));
    await db.query(dropAll);
    const files = (await readdir(migrations)).filter((name) => name.endsWith('.sql')).sort();
    const apply = () => migrate(connectionConfig(test.connection), folder);
    for (const name of files.filter((file) => file < '0190')) await cp(join(migrations, name), join(folder, name));
    await apply();
    runs = [await insertRun(db, 'a', '2026-03-01', '2026-05-29'), await insertRun(db, 'b', '2026-03-01', '2026-05-29')];
    const [a, b] = runs as [(typeof runs)[0], (typeof runs)[0]];
    viewers = await Promise.all(
      runs.map(async ({ clientId }) => ({
        kind: 'user' as const,
        userId: await insertUser(db, `viewer of ${clientId}`, 'client-viewer', clientId),
        clientId,
      })),
    );
    ids = (await insertTrackers(db, { count: 6 })).map(({ id }) => id);
    const was = (tracker: number, run: (typeof runs)[0], from: string, to: string, voided: boolean) =>
      db.query(sql`insert into run_periods (tracker_id, production_run_id, client_id, starts_at, ends_at, began_by, voided_at)
        values (${ids[tracker]}, ${run.runId}, ${run.clientId}, ${from}::timestamptz, ${to}::timestamptz, 'assignment',
          case when ${voided}::boolean then now() end)`);
    const moved = new Date(day(40)).toISOString();
    for (const tracker of [0, 1]) await was(tracker, a, '-infinity', 'infinity', false);
    for (const tracker of [2, 3]) await was(tracker, a, '-infinity', moved, false);
    for (const tracker of [2, 3]) await was(tracker, b, moved, 'infinity', false);
    await was(4, b, '-infinity', moved, true);
    await db.query(sql`select ensure_location_report_partitions(${new Date(day(-1))}, ${new Date(day(91))})`);
    await db.query(sql`
      insert into location_reports (tracker_id, reported_at, payload_hash, received_at, position, horizontal_accuracy_m, confidence)
      select id, ${new Date(day(0))}::timestamptz + n * interval '1 day', sha256(n::text::bytea), now(), st_makepoint(8, 47)::geography, 8, 2
      from unnest(${ids}::bigint[]) id, unnest(${DAYS}::integer[]) n`);
    const names = files.filter((file) => file >= '0190');
    for (const name of names) await cp(join(migrations, name), join(folder, name));
    expect(await apply()).toEqual(names);
  });
  afterAll(async () => {
    await test?.close();
    await rm(folder, { recursive: true });
  });

  /** Days of the reports that each client's viewer sees, by tracker: by the query, and by row level security alone. */
  const seen = async () => {
    const answer: Record<string, number[][]> = {};
    for (const [n, viewer] of viewers.entries()) {
      const days = (times: number[]) => times.map((at) => (at - day(0)) / DAY).sort((x, y) => x - y);
      const read = [];
      for (const id of ids) read.push(days((await seenBy(test.db, viewer, id, NOW)).reports));
      const { rows } = await test.db.transaction(viewer, (tx) =>
        tx.query<{ id: number; at: Date }>(sql`select tracker_id as id, reported_at as at from location_reports`),
      );
      const raw = ids.map((id) => days(rows.filter((row) => row.id === id).map(({ at }) => at.getTime())));
      expect(raw).toEqual(read);
      answer['ab'[n]!] = read;
    }
    return answer;
  };
  const left = async () => {
    const { rows } = await test.db.query<{ months: number; reports: number }>(sql`
      select (select count(*) from unstamped_months)::int as months,
        (select count(*) from location_reports where client_id = -1)::int as reports`);
    return rows[0];
  };
  const always = [5, 25, 45, 65, 85];

  it('are each client’s before, while and after a job stamps them, whatever is moved and stored meanwhile', async () => {
    const { db } = test;
    const [a, b] = runs as [(typeof runs)[0], (typeof runs)[0]];
    const whole = { a: [always, always, [5, 25], [5, 25], [], []], b: [[], [], [45, 65, 85], [45, 65, 85], [], []] };
    expect(await left()).toEqual({ months: 4, reports: 42 });
    expect(await seen()).toEqual(whole);

    const added: NewJob[] = [];
    const jobs = {
      add: (tx: Transaction, job: NewJob) => {
        added.push(job);
        return insertJob(tx, job, NOW);
      },
    };
    await Promise.all([queueStamping(db, jobs), queueStamping(db, jobs)]);
    await queueStamping(db, jobs);
    expect(added.map(({ kind, total }) => [kind, total])).toEqual([['report-stamping', 4]]);

    const run = (signal: AbortSignal, atOnce: number, onProgress: () => void) =>
      reportStampingJob({ db, atOnce })({
        jobId: 1,
        input: { months: 4 },
        createdBy: null,
        signal,
        progress: onProgress,
        advanced: () => undefined,
      });
    const stopped = new AbortController();
    // Stopped after the first month, which is the latest.
    await expect(run(stopped.signal, 1, () => stopped.abort())).rejects.toThrow();
    expect(await left()).toEqual({ months: 3, reports: 24 });
    expect(await seen()).toEqual(whole);

    // Reports are stored and the past is edited while months are left.
    const report = { trackerId: ids[5]!, at: day(7), n: 1, position: { longitude: 8, latitude: 47 }, accuracyM: 8 };
    await ingest(db, [report, { ...report, trackerId: ids[3]!, at: day(44) }]);
    await db.transaction(systemScope, (tx) =>
      moveTrackers(tx, { trackerIds: [ids[0]!], productionRunId: b.runId, since: day(30), now: NOW }),
    );
    await db.query(sql`update production_runs set end_date = '2026-05-01' where id = ${a.runId}`);
    const edited = {
      a: [[5, 25], [5, 25, 45], [5, 25], [5, 25], [], []],
      b: [[45, 65, 85], [], [45, 65, 85], [44, 45, 65, 85], [], []],
    };
    expect(await seen()).toEqual(edited);
    const counts = async () => {
      const rows = await Promise.all(
        viewers.map(async (viewer) => {
          const of = (n: number) => seenBy(db, viewer, ids[n]!, NOW).then(({ row }) => row?.count);
          return [await of(0), await of(1), await of(3)];
        }),
      );
      return rows;
    };
    // Tracker 3 told nothing before; what came is counted.
    expect(await counts()).toEqual([
      [undefined, 3, undefined],
      [3, undefined, 1],
    ]);

    await run(new AbortController().signal, 500, () => undefined);
    expect(await left()).toEqual({ months: 0, reports: 0 });
    expect(await seen()).toEqual(edited);
    const { rows: policies } = await db.query<{ rule: string }>(sql`
      select qual as rule from pg_policies where tablename = 'location_reports' and policyname = 'client_read'`);
    expect(policies[0]!.rule).toMatch(/client_id = console_client_id\(\)/);
    expect(policies[0]!.rule).not.toMatch(/select/i);
    await db.query(sql`update jobs set state = 'succeeded'`);
    await queueStamping(db, jobs);
    expect(added).toHaveLength(1);
  });
});

/** Whoever comes second waits for the first; without a server there is one session, in which nothing overlaps. */
describe.each(testEngines().filter(({ name }) => name === 'postgresql'))(
  'reports stored beside an edit on $name',
  ({ create }) => {
    let test: TestDatabase;
    let runs: { clientId: number; runId: number }[];
    beforeAll(async () => {
      test = await create();
      runs = [
        await insertRun(test.db, 'a', '2026-03-01', '2026-05-29'),
        await insertRun(test.db, 'b', '2026-03-01', '2026-05-29'),
      ];
    });
    afterAll(() => test?.close());

    let made = 0;
    const edits: Record<string, (tx: Transaction, id: number) => Promise<unknown>> = {
      'a move since a time in the past': (tx, id) =>
        moveTrackers(tx, { trackerIds: [id], productionRunId: runs[1]!.runId, since: day(10), now: NOW }),
      'other dates of the run': (tx) =>
        tx.query(sql`update production_runs set end_date = '2026-03-10' where id = ${runs[0]!.runId}`),
    };
    describe.each(Object.entries(edits))('%s', (name, edit) => {
      it.each(['stored first', 'edited first'])('%s', async (order) => {
        const { db } = test;
        await db.query(sql`update production_runs set end_date = '2026-05-29'`);
        const [tracker] = await insertTrackers(db, { count: 1, first: ++made, runId: runs[0]!.runId });
        const { id } = tracker!;
        const reports = [5, 20].map((n) => ({
          trackerId: id,
          at: day(n),
          n,
          position: { longitude: 8, latitude: 47 },
          accuracyM: 8,
        }));
        await ingest(db, [{ ...reports[0]!, at: day(3) }]);
        const store = (on: typeof db) => ingest(on, reports);
        let isDone = false;
        let second: Promise<unknown> = Promise.resolve();
        await db.transaction(systemScope, async (tx) => {
          if (order === 'stored first') await store(tx as unknown as typeof db);
          else await edit(tx, id);
          second = (
            order === 'stored first' ? db.transaction(systemScope, (other) => edit(other, id)) : store(db)
          ).then(() => {
            isDone = true;
          });
          // It waits for this transaction, or is done already.
          for (let waits = false; !waits && !isDone; ) {
            const { rows } = await db.query<{ waits: boolean }>(sql`
            select exists (select from pg_locks l join pg_database d on d.oid = l.database
              where not l.granted and d.datname = current_database())
              or exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock') as waits`);
            waits = rows[0]!.waits;
          }
        });
        await second;
        const { rows } = await db.query<{ at: Date; clientId: number | null; run: number | null }>(sql`
        select r.reported_at as at, r.client_id as "clientId", p.production_run_id as run
        from location_reports r left join run_periods p on p.id = r.run_period_id
        where r.tracker_id = ${id} order by 1`);
        const [a, b] = runs as [(typeof runs)[0], (typeof runs)[0]];
        const now = name.startsWith('a move') ? { clientId: b.clientId, run: b.runId } : { clientId: null, run: null };
        const before = { clientId: a.clientId, run: a.runId };
        expect(rows).toEqual([
          { at: new Date(day(3)), ...before },
          { at: new Date(day(5)), ...before },
          { at: new Date(day(20)), ...now },
        ]);
        const { rows: told } = await db.query(sql`
        select report_count as count, last_reported_at as at from tracker_status where tracker_id = ${id}`);
        expect(told).toEqual([
          name.startsWith('a move') ? { count: 1, at: new Date(day(20)) } : { count: 2, at: new Date(day(5)) },
        ]);
      });
    });
  },
);
