import sql, { type Sql } from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemScope } from '../platform/db/queryable.ts';
import { mischarted } from '../testing/charts.ts';
import { insertIds, insertRun, insertTrackers } from '../testing/company.ts';
import { miscounted } from '../testing/counts.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';
import { sumTimeCounts } from './time-counts-store.ts';

const now = new Date('2026-10-26T00:07:30Z');

/** Numbers of a sequence that is the same each time. */
const sequence = (seed: number) => () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
  return seed / 2 ** 31;
};

describe.each(testEngines())('counts by time on $name', ({ create }) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await create();
  });
  afterAll(() => test?.close());

  it('are what reading all of history gives, in each zone and for each client', async () => {
    const { db } = test;
    const random = sequence(52);
    const pick = <T>(of: readonly T[]) => of[Math.floor(random() * of.length)]!;
    const zones = ['UTC', 'Asia/Kolkata', 'America/New_York', 'Pacific/Chatham', 'Europe/Zurich'];
    const runs = [
      await insertRun(db, 'Aurora', '2026-09-01', '2026-11-30', 'Asia/Kathmandu'),
      await insertRun(db, 'Borealis', '2026-09-01', '2026-11-30'),
      await insertRun(db, 'Cirrus', '2026-09-01', '2026-10-20', 'America/New_York'),
    ];
    const [place] = await insertIds(
      db,
      sql`insert into locations (kind, name, position) values ('delivery', 'shop', st_makepoint(8, 47)::geography) returning id`,
    );
    let made = 0;
    const ids: number[] = [];
    const some = () => Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(ids));
    const status = () => pick(['IN_TRANSIT', 'IN_STORAGE', 'DELIVERED']);
    // Of some weeks, often just before or after midnight, the beginning of summer time's end and now, and some hours ahead.
    const instant = () => {
      const around = pick([
        now.getTime(),
        Date.UTC(2026, 9, 25),
        Date.UTC(2026, 9, 16, 18, 30),
        Date.UTC(2026, 9, 13, 4),
      ]);
      const span = pick([60_000, 3_600_000, 86_400_000, 14 * 86_400_000]);
      return new Date(Math.round(around + (random() - 0.8) * span));
    };
    const acts: (() => Sql)[] = [
      () => {
        const [from, to] = [instant(), instant()];
        const [entered, left] = from < to ? [from, to] : [to, from];
        return sql`insert into status_history (tracker_id, production_run_id, run_period_id, client_id, visit_id, status,
            cause_reported_at, cause_payload_hash, entered_at, left_at, recorded_at)
          select tracker_id, production_run_id, id, client_id, gen_random_uuid(), ${status()},
            ${entered}::timestamptz, sha256(random()::text::bytea), ${entered}::timestamptz, ${random() < 0.3 ? null : left}::timestamptz, ${now}
          from run_periods where tracker_id = any(${some()}) and voided_at is null`;
      },
      () => {
        const left = pick([null, instant()]);
        return sql`update status_history set left_at = ${left}::timestamptz where tracker_id = any(${some()}) and superseded_at is null
          and (${left}::timestamptz is null or entered_at <= ${left}::timestamptz)`;
      },
      () =>
        sql`update status_history set superseded_at = ${now}, superseded_reason = 'late' where tracker_id = any(${some()}) and id % 3 = 0`,
      () => sql`update status_history h set client_id = case when ${random() < 0.5}::boolean then (
        select client_id from production_runs r where r.id = h.production_run_id) end where tracker_id = any(${some()}) and id % 4 = 0`,
      () => {
        const run = pick([{ runId: null, clientId: null }, ...runs]);
        return sql`update status_history set production_run_id = ${run.runId}::bigint, client_id = ${run.clientId}::bigint
          where tracker_id = any(${some()}) and id % 5 = 0`;
      },
      () => sql`delete from status_history where tracker_id = any(${some()}) and id % 7 = 0`,
      () => sql`insert into deliveries as d (tracker_id, production_run_id, location_id, visit_id, entered_at, confirmed_at,
          confirmed_payload_hash, report_count, minimum_dwell_minutes, recorded_at, run_period_id, client_id)
        select tracker_id, production_run_id, ${place}, gen_random_uuid(), ${instant()}, ${instant()}, '\\x01', 1, 1, ${now}, id, client_id
        from run_periods where tracker_id = any(${some()}) and voided_at is null
        on conflict (tracker_id, run_period_id) do update set confirmed_at = excluded.confirmed_at`,
      () => sql`delete from deliveries where tracker_id = any(${some()})`,
      () => sql`insert into tracker_aggregates as a (tracker_id, period, bucket_start, report_count, first_reported_at, last_reported_at,
          position, weight_sum, x_sum, y_sum, z_sum, distance_m, status_at_end, run_period_id, client_id)
        select tracker_id, ${pick(['day', 'day', 'hour'])}, date_trunc('day', ${instant()}::timestamptz, 'UTC'), ${1 + Math.floor(random() * 9)}, ${now}, ${now},
          st_makepoint(8, 47)::geography, 1, 1, 1, 1, 0, 'UNKNOWN', id, client_id
        from run_periods where tracker_id = any(${some()}) and voided_at is null
        on conflict (tracker_id, period, bucket_start, run_period_id) do update set report_count = excluded.report_count`,
      () => sql`delete from tracker_aggregates where tracker_id = any(${some()})`,
      () => sql`update production_runs set time_zone = ${pick(zones)} where id = ${pick(runs).runId}`,
    ];
    for (let n = 0; n < 120; n++) {
      if (n % 8 === 0) {
        const more = await insertTrackers(db, { count: 2, first: 1 + made, runId: pick(runs).runId });
        made += 2;
        ids.push(...more.map(({ id }) => id));
      }
      await db.query(pick(acts)());
      if (n % 30 === 29) await db.query(sql`delete from trackers where id = ${ids.splice(1, 1)[0]}`);
      if (n % 23 === 22) await db.transaction(systemScope, sumTimeCounts);
      if (n % 40 === 39) expect([n, await mischarted(db, now), await miscounted(db)]).toEqual([n, [], []]);
    }
    await db.transaction(systemScope, sumTimeCounts);
    const { rows } = await db.query<{ kind: string }>(
      sql`select distinct split_part(kind, '-', 1) as kind from time_count_sums`,
    );
    const kinds = ['DELIVERED', 'IN_STORAGE', 'IN_TRANSIT', 'delivery', 'reports', 'stay'];
    expect(rows.map(({ kind }) => kind).sort()).toEqual(kinds.sort());
    expect((await db.query(sql`select from time_count_changes`)).rowCount).toBe(0);
    expect((await db.query(sql`select from time_count_sums where n = 0`)).rowCount).toBe(0);
    expect([await mischarted(db, now), await miscounted(db)]).toEqual([[], []]);
  });
});
