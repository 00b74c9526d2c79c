import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sumRunCounts } from '../analytics/run-counts-store.ts';
import { type Database, systemScope } from '../platform/db/queryable.ts';
import { missilent } from '../testing/charts.ts';
import { insertIds, insertRun, insertTrackers, insertUser } from '../testing/company.ts';
import { miscounted } from '../testing/counts.ts';
import { postgres, type TestDatabase, testEngines } from '../testing/database.ts';
import { needing } from '../testing/needing.ts';
import { moveTrackers } from './move-trackers.ts';
import { sumPlaceCounts } from './place-counts-store.ts';
import { sumTrackerCounts } from './tracker-counts-store.ts';

/** Numbers of a sequence that is the same each time. */
const sequence = (seed: number) => () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
  return seed / 2 ** 31;
};

async function company(db: Database) {
  const user = await insertUser(db, 'olga', 'operations');
  const runs = [
    await insertRun(db, 'Aurora', '2020-01-01', '2099-01-01'),
    await insertRun(db, 'Borealis', '2020-01-01', '2099-01-01'),
  ];
  const batches = await insertIds(
    db,
    sql`insert into key_batches (label, requested_count, created_by) select 'batch ' || n, 9, ${user} from generate_series(1, 2) n returning id`,
  );
  const orders = await insertIds(
    db,
    sql`insert into customer_orders (client_id, quantity, created_by) values (${runs[0]!.clientId}, 99, ${user}) returning id`,
  );
  const [locationId] = await insertIds(
    db,
    sql`insert into locations (kind, name, position, geofence_radius_m, production_run_id)
      values ('delivery', 'shop', st_makepoint(8, 47)::geography, 100, ${runs[0]!.runId}) returning id`,
  );
  return { user, runs, batches, orderId: orders[0]!, locationId };
}

describe.each(testEngines())('counts of trackers on $name', ({ create }) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await create();
  });
  afterAll(() => test?.close());

  it('are what counting all gives, whatever happens in whatever order', async () => {
    const { db } = test;
    const { user, runs, batches, orderId, locationId } = await company(db);
    const random = sequence(36);
    const pick = <T>(of: readonly T[]) => of[Math.floor(random() * of.length)]!;
    let made = 0;
    const ids: number[] = [];
    const some = () =>
      Array.from({ length: 1 + Math.floor(random() * 4) }, () => pick(ids)).filter(
        (id, n, all) => all.indexOf(id) === n,
      );
    /** Before or after what is silent by now, often by minutes. */
    const lately = () =>
      new Date(
        Date.now() - Math.round(48 * 3_600_000 + (random() - 0.5) * pick([1_800_000, 7_200_000, 48 * 7_200_000])),
      );
    const statement = (work: () => Parameters<Database['query']>[0]) => async () => {
      await db.query(work());
    };
    const acts: (() => Promise<void>)[] = [
      async () => {
        const trackers = await insertTrackers(db, {
          count: 3,
          first: 1 + made,
          runId: pick([null, ...runs.map(({ runId }) => runId)]),
          keyBatchId: pick(batches),
          manufactured: random() < 0.5,
        });
        made += 3;
        ids.push(...trackers.map(({ id }) => id));
      },
      async () => {
        const trackerIds = some();
        const productionRunId = pick([null, ...runs.map(({ runId }) => runId)]);
        await db.query(
          sql`update trackers set retired_at = null, retirement_reason = null where id = any(${trackerIds})`,
        );
        await db.transaction(systemScope, (tx) => moveTrackers(tx, { trackerIds, productionRunId, now: new Date() }));
      },
      statement(
        () =>
          sql`update tracker_status set status = ${pick(['UNKNOWN', 'IN_TRANSIT', 'IN_STORAGE', 'DELIVERED'])} where tracker_id = any(${some()})`,
      ),
      statement(() => sql`update tracker_status set report_count = report_count + 1 where tracker_id = any(${some()})`),
      statement(
        () =>
          sql`update trackers set mac_address = broadcast_address, manufactured_at = now() where id = any(${some()})`,
      ),
      statement(
        () =>
          sql`update trackers set manufactured_at = ${pick([null, new Date(), lately()])} where id = any(${some()})`,
      ),
      statement(
        () =>
          sql`update tracker_status set last_reported_at = ${pick([null, lately(), lately()])} where tracker_id = any(${some()})`,
      ),
      // A corrected beginning.
      statement(
        () => sql`update run_periods p set starts_at = ${lately()} where tracker_id = any(${some()}) and voided_at is null
          and ends_at > ${new Date()} and not exists (select from run_periods o where o.tracker_id = p.tracker_id and o.id <> p.id)`,
      ),
      statement(
        () =>
          sql`update device_allocations set allocated_at = ${lately()} where released_at is null and tracker_id = any(${some()})`,
      ),
      statement(() => sql`update trackers set key_batch_id = ${pick(batches)} where id = any(${some()})`),
      statement(
        () =>
          sql`update trackers set retired_at = now(), retirement_reason = 'lost' where production_run_id is null and id = any(${some()})`,
      ),
      statement(() => sql`update trackers set retired_at = null, retirement_reason = null where id = any(${some()})`),
      statement(
        () => sql`insert into device_allocations (customer_order_id, tracker_id, allocated_by, allocated_at)
          select ${orderId}, id, ${user}, now() from unnest(${some()}::bigint[]) id
          on conflict (tracker_id) where released_at is null do nothing`,
      ),
      statement(
        () =>
          sql`update device_allocations set released_at = now(), released_by = ${user} where released_at is null and tracker_id = any(${some()})`,
      ),
      statement(
        () => sql`update tracker_status set report_count = report_count + 2, status = ${pick(['UNKNOWN', 'IN_TRANSIT'])},
          last_reported_at = ${new Date(Date.UTC(2026, 0, 1 + Math.floor(random() * 300)))} where tracker_id = any(${some()})`,
      ),
      // Corrected, it was heard earlier, or never.
      statement(
        () =>
          sql`update tracker_status set report_count = 0, last_reported_at = null where tracker_id = any(${some()})`,
      ),
      statement(
        () => sql`insert into deliveries as d (tracker_id, production_run_id, location_id, visit_id, entered_at, confirmed_at,
            confirmed_payload_hash, report_count, minimum_dwell_minutes, recorded_at, run_period_id, client_id)
          select tracker_id, production_run_id, ${locationId}, gen_random_uuid(), now(), ${new Date(Date.UTC(2026, 0, 1) + Math.floor(random() * 1e9))}::timestamptz + id * interval '1 second',
            '\\x01', 1, 1, now(), id, client_id
          from run_periods where tracker_id = any(${some()}) and voided_at is null
          on conflict (tracker_id, run_period_id) do update set confirmed_at = excluded.confirmed_at`,
      ),
      statement(
        () => sql`update tracker_status set last_nearest_city_id = ${pick([null, 1, 2])}::int,
          last_position = st_makepoint(${pick([-180, 8.5, 8.51, 8.6, 180])}::float8, ${pick([-90, 47.3, 47.31, 90])}::float8)::geography
          where tracker_id = any(${some()})`,
      ),
      statement(() => sql`update tracker_status set last_position = null where tracker_id = any(${some()})`),
      () => db.transaction(systemScope, sumPlaceCounts),
      statement(() => sql`delete from deliveries where tracker_id = any(${some()}) and run_period_id % 2 = 0`),
      statement(
        () => sql`insert into alerts (kind, severity, tracker_id, production_run_id, client_id, raised_at, evidence_at, evidence)
          select 'silent', 'info', tracker_id, production_run_id, client_id, now(), now(), '{}'
          from run_periods where tracker_id = any(${some()}) and voided_at is null and ends_at = 'infinity' on conflict do nothing`,
      ),
      statement(
        () => sql`update alerts set resolved_at = now() where resolved_at is null and tracker_id = any(${some()})`,
      ),
      () => db.transaction(systemScope, sumRunCounts),
      // In one statement what two tables say.
      statement(
        () => sql`with freed as (update device_allocations set released_at = now(), released_by = ${user}
            where released_at is null and tracker_id = any(${some()}) returning tracker_id)
          update trackers set mac_address = null where id in (select tracker_id from freed)`,
      ),
      async () => {
        const [gone] = some();
        await db.query(sql`delete from device_allocations where tracker_id = ${gone}`);
        await db.query(sql`delete from trackers where id = ${gone}`);
        ids.splice(ids.indexOf(gone!), 1);
      },
      () => db.transaction(systemScope, sumTrackerCounts),
    ];
    await acts[0]!();
    for (let n = 0; n < 150; n++) {
      const act = ids.length < 4 ? acts[0]! : pick(acts);
      await act();
      if (n % 6 === 0) expect([n, await miscounted(db)]).toEqual([n, []]);
      if (n % 10 === 9) expect([n, await missilent(db, new Date())]).toEqual([n, []]);
    }
    expect(await miscounted(db)).toEqual([]);
    await db.transaction(systemScope, sumTrackerCounts);
    await db.transaction(systemScope, sumRunCounts);
    await db.transaction(systemScope, sumPlaceCounts);
    expect((await db.query(sql`select from place_count_changes`)).rowCount).toBe(0);
    expect((await db.query(sql`select from place_count_sums where trackers = 0`)).rowCount).toBe(0);
    expect((await db.query(sql`select from tracker_count_changes`)).rowCount).toBe(0);
    expect((await db.query(sql`select from heard_count_changes`)).rowCount).toBe(0);
    expect((await db.query(sql`select from heard_count_sums where trackers = 0`)).rowCount).toBe(0);
    expect((await db.query(sql`select from run_count_changes`)).rowCount).toBe(0);
    expect(await miscounted(db)).toEqual([]);
  });
});

needing('postgres').it('who moves a tracker and who folds it at the same time count it once', async () => {
  const test = await postgres.create();
  const { db } = test;
  const { user, orderId } = await company(db);
  const [tracker] = await insertTrackers(db, { count: 1 });
  const { id } = tracker!;
  const works = [
    sql`update tracker_status set status = 'IN_TRANSIT' where tracker_id = ${id}`,
    sql`update trackers set retired_at = now(), retirement_reason = 'lost' where id = ${id}`,
    sql`insert into device_allocations (customer_order_id, tracker_id, allocated_by, allocated_at) values (${orderId}, ${id}, ${user}, now())`,
  ];
  for (const [n, first] of works.entries())
    for (const [m, second] of works.entries()) {
      if (n === m) continue;
      await db.query(sql`update tracker_status set status = 'UNKNOWN'`);
      await db.query(sql`update trackers set retired_at = null, retirement_reason = null`);
      await db.query(sql`delete from device_allocations`);
      let other: Promise<unknown> = Promise.resolve();
      await db.transaction(systemScope, async (tx) => {
        await tx.query(first);
        other = db.transaction(systemScope, (later) => later.query(second));
        await new Promise((resolve) => setTimeout(resolve, 30));
      });
      await other;
      expect([n, m, await miscounted(db)]).toEqual([n, m, []]);
    }
  await test.close();
});
