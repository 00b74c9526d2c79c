import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectionConfig } from '../platform/db/connection.ts';
import { migrate } from '../platform/db/migrate.ts';
import { insertIds, insertRun, insertTrackers, insertUser } from '../testing/company.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';
import { dropAll } from '../testing/drop-all.ts';

const migrations = join(import.meta.dirname, '..', '..', '..', 'migrations');
const at = (hours: number) => new Date(Date.UTC(2026, 4, 1) + hours * 3_600_000);

/** A database with history, as it was before run periods were kept. */
describe.each(testEngines())('run periods of a former database on $name', ({ create }) => {
  let test: TestDatabase;
  let folder: string;
  let runs: { clientId: number; runId: number }[];
  let ids: number[];
  const apply = () => migrate(connectionConfig(test.connection), folder);

  beforeAll(async () => {
    test = await create();
    const { db } = test;
    folder = await mkdtemp(join(tmpdir(), 'migrations-'));
    await db.query(dropAll);
    const files = (await readdir(migrations)).filter((name) => name.endsWith('.sql')).sort();
    for (const name of files.filter((file) => file < '0052')) await cp(join(migrations, name), join(folder, name));
    await apply();

    runs = [];
    for (const name of ['a', 'b', 'c']) runs.push(await insertRun(db, name, '2026-05-01', '2026-05-31'));
    const [a, b, c] = runs.map(({ runId }) => runId) as [number, number, number];
    ids = (await insertTrackers(db, { count: 8 })).map(({ id }) => id);
    const userId = await insertUser(db, 'wanda', 'warehouse');
    const isIn = (tracker: number, run: number | null) =>
      db.query(sql`update trackers set production_run_id = ${run}::bigint where id = ${ids[tracker]!}`);
    const moved = (tracker: number, run: number | null, hours: number) =>
      db.query(sql`select append_audit(${at(hours)}, null, null, 'trackers.assign', 'production-run', ${run === null ? null : String(run)},
        ${JSON.stringify({ moved: [ids[tracker]] })}::jsonb)`);
    const left = (tracker: number, run: number, from: number, hours: number) =>
      db.query(sql`insert into tracker_past_runs (tracker_id, production_run_id, client_id, starts_at, ends_at)
        select ${ids[tracker]!}::bigint, id, client_id, ${from < 0 ? raw("'-infinity'") : sql`${at(from)}::timestamptz`},
          ${at(hours)} from production_runs where id = ${run}::bigint`);
    const scanned = async (tracker: number, run: number, before: number | null, hours: number) => {
      const [order] = await insertIds(
        db,
        sql`insert into customer_orders (client_id, production_run_id, quantity, created_by)
          select client_id, id, 1, ${userId}::bigint from production_runs where id = ${run}::bigint returning id`,
      );
      await db.query(sql`insert into device_allocations (customer_order_id, tracker_id, allocated_by, allocated_at, previous_production_run_id)
        values (${order!}::bigint, ${ids[tracker]!}::bigint, ${userId}::bigint, ${at(hours)}, ${before}::bigint)`);
    };
    // 0: always in a. 1: in none. The trigger of former times stamps now, so past runs are written by hand after it.
    await isIn(0, a);
    // 2: a, then straight to b.
    await isIn(2, b);
    await moved(2, b, 10);
    await left(2, a, -1, 10);
    // 3: a, then out of any run, then b: the past run says nothing of the gap, the audit log does.
    await isIn(3, b);
    await moved(3, null, 10);
    await moved(3, b, 20);
    await left(3, a, -1, 10);
    // 4: left a, and is in b; nothing tells since when.
    await isIn(4, b);
    await left(4, a, -1, 10);
    // 5: before past runs were kept: a scan found it in a and moved it to b; a move brought it to c.
    await isIn(5, c);
    await scanned(5, b, a, 10);
    await moved(5, c, 20);
    // 6: a, b, and a again, straight.
    await isIn(6, a);
    await moved(6, b, 10);
    await moved(6, a, 20);
    await left(6, a, -1, 10);
    await left(6, b, 10, 20);
    // 7: left a, and is in none.
    await left(7, a, -1, 10);

    // What the former console had folded: entries and hours by the present run.
    const history = (tracker: number, run: number, hours: number) =>
      db.query(sql`insert into status_history (tracker_id, production_run_id, visit_id, status, cause_reported_at,
          cause_payload_hash, entered_at, recorded_at)
        values (${ids[tracker]!}::bigint, ${run}::bigint, gen_random_uuid(), 'IN_TRANSIT', ${at(hours)}, '\\x01',
          ${at(hours)}, ${at(hours)})`);
    await history(0, a, 5);
    await history(2, b, 5);
    await history(3, b, 25);
    const names = files.filter((file) => file >= '0052');
    for (const name of names) await cp(join(migrations, name), join(folder, name));
    expect(await apply()).toEqual(names);
  });
  afterAll(async () => {
    await test?.close();
    await rm(folder, { recursive: true });
  });

  it('come from past runs, moves and scans; the most exact wins, and what is guessed is marked', async () => {
    const { rows } = await test.db.query<{
      tracker: number;
      run: number;
      from: string;
      to: string;
      guessed: boolean;
    }>(sql`
      select tracker_id as tracker, production_run_id as run, starts_at::text as from, ends_at::text as to,
        is_guessed as guessed from run_periods order by tracker_id, starts_at`);
    const hours = (text: string) =>
      text.endsWith('infinity') ? text : (new Date(text).getTime() - at(0).getTime()) / 3_600_000;
    const of = (tracker: number) =>
      rows
        .filter((row) => row.tracker === ids[tracker])
        .map(({ run, from, to, guessed }) => [
          'abc'[runs.findIndex(({ runId }) => runId === run)],
          hours(from),
          hours(to),
          ...(guessed ? ['guessed'] : []),
        ]);
    expect(of(0)).toEqual([['a', '-infinity', 'infinity']]);
    expect(of(1)).toEqual([]);
    expect(of(2)).toEqual([
      ['a', '-infinity', 10],
      ['b', 10, 'infinity'],
    ]);
    expect(of(3)).toEqual([
      ['a', '-infinity', 10],
      ['b', 20, 'infinity'],
    ]);
    expect(of(4)).toEqual([
      ['a', '-infinity', 10],
      ['b', 10, 'infinity', 'guessed'],
    ]);
    expect(of(5)).toEqual([
      ['a', '-infinity', 10, 'guessed'],
      ['b', 10, 20],
      ['c', 20, 'infinity'],
    ]);
    expect(of(6)).toEqual([
      ['a', '-infinity', 10],
      ['b', 10, 20],
      ['a', 20, 'infinity'],
    ]);
    expect(of(7)).toEqual([['a', '-infinity', 10]]);
  });

  it('keep what trackers had, and queue only those with more than one, or with history outside of theirs', async () => {
    const { rows: trackers } = await test.db.query<{ same: boolean }>(sql`
      select t.production_run_id is not distinct from p.production_run_id and s.run_period_id is not distinct from p.id as same
      from trackers t join tracker_status s on s.tracker_id = t.id left join run_periods p on p.tracker_id = t.id
        and p.ends_at = 'infinity'`);
    expect(trackers.every(({ same }) => same)).toBe(true);
    const { rows: queued } = await test.db.query<{ id: number }>(
      sql`select tracker_id as id from status_pending where reason = 'run changed' order by 1`,
    );
    expect(queued.map(({ id }) => ids.indexOf(id))).toEqual([2, 3, 4, 5, 6]);
    const { rows: entries } = await test.db.query<{ tracker: number; client: number | null }>(
      sql`select tracker_id as tracker, client_id as client from status_history order by id`,
    );
    expect(entries.map(({ tracker, client }) => [ids.indexOf(tracker), client])).toEqual([
      [0, runs[0]!.clientId],
      // It says b of a time in a: nobody's until it is folded again.
      [2, null],
      [3, runs[1]!.clientId],
    ]);
  });

  it('are held by the database: no two of a tracker overlap, and none is of another client than its run', async () => {
    const insert = (from: number, to: number, clientId: number) =>
      test.db.query(sql`insert into run_periods (tracker_id, production_run_id, client_id, starts_at, ends_at, began_by)
        values (${ids[7]!}::bigint, ${runs[1]!.runId}::bigint, ${clientId}::bigint, ${at(from)}, ${at(to)}, 'assignment')`);
    const own = runs[1]!.clientId;
    await expect(insert(9, 12, own)).rejects.toThrow(/run_periods_apart/);
    await expect(insert(12, 12, own)).rejects.toThrow(/run_periods_hold_time/);
    await expect(insert(12, 14, runs[0]!.clientId)).rejects.toThrow(/run_periods_run/);
    await insert(10, 12, own);
    await expect(
      test.db.query(sql`update trackers set production_run_id = ${runs[2]!.runId}::bigint where id = ${ids[7]!}`),
    ).rejects.toThrow(/present period/);
  });
});
