import sql from 'sql-template-tag';
import { describe, expect, it } from 'vitest';
import { testEngines } from '../testing/database.ts';
import { insertKeyedTrackers, uploadedReport } from '../testing/keyed-trackers.ts';
import { closingTrackers, lastDayOf } from './closing-store.ts';
import { writeFetcherSettings } from './fetcher-settings.ts';
import { fetcherWorld, HOUR, MINUTE } from './testing/fetcher-world.ts';

const ENDS = Date.parse('2026-11-24T00:00:00Z');

describe.each(testEngines())('the closing ask of a run on $name', ({ create }) => {
  const { world, newFetcher, addAccount, upload, stateOf, countOf } = fetcherWorld(create);
  const asked = () => world.server.requests.flatMap(({ ids }) => ids);

  it.each([0, 24])(
    'is made once, so many hours after its end, and charges nobody: %i',
    async (hours) => {
      const [late, silent] = await insertKeyedTrackers(world.db, world.keys, { count: 2, runId: world.runId });
      upload(late!, HOUR);
      await addAccount();
      await writeFetcherSettings(world.db, { closingAskHours: hours }, new Date(world.now));
      await world.db.query(sql`update production_runs set end_date = '2026-11-23' where id = ${world.runId}`);
      const fetcher = newFetcher();
      await fetcher.cycle();
      world.now += MINUTE;
      await fetcher.cycle();
      expect(await countOf(late!)).toBe(1);
      const before = await stateOf(silent!);
      world.now = ENDS + 23 * HOUR;
      world.server.requests.length = 0;
      // A phone uploads late what it heard on the run's last day.
      const heard = uploadedReport(late!, new Date(ENDS - 2 * HOUR));
      world.server.reports.set(late!.hashedKey, [heard, ...world.server.reports.get(late!.hashedKey)!]);
      await fetcher.cycle();
      expect([asked(), (await world.schedule.stats(world.now)).depth]).toEqual([[], 0]);
      world.now = ENDS + 24 * HOUR + MINUTE;
      for (let n = 0; n < 6; n++) {
        await fetcher.cycle();
        world.now += 31 * MINUTE;
      }
      if (hours === 0) {
        expect(asked()).toEqual([]);
        return;
      }
      expect(asked()).toEqual(expect.arrayContaining([late!.hashedKey, silent!.hashedKey]));
      expect(await countOf(late!)).toBe(2);
      for (const { body } of world.server.requests) {
        const { startDate, endDate } = (body as { search: { startDate: number; endDate: number }[] }).search[0]!;
        expect(endDate - startDate).toBe(7 * 24 * HOUR);
      }
      const { total_failures, streak } = (await stateOf(silent!))!;
      expect({ total_failures, streak }).toEqual({ total_failures: before!.total_failures, streak: before!.streak });
      expect((await world.schedule.stats(world.now)).depth).toBe(0);
      world.server.requests.length = 0;
      world.now += 3 * HOUR;
      await fetcher.cycle();
      expect(asked()).toEqual([]);
    },
    60_000,
  );

  it('comes after the end of a period too, but not for whoever moved to an active run', async () => {
    const [left, moved] = await insertKeyedTrackers(world.db, world.keys, { count: 2, runId: world.runId });
    const at = new Date(world.now - 5 * HOUR);
    await world.db.query(sql`update run_periods set ends_at = ${at} where tracker_id in (${left!.id}, ${moved!.id})`);
    await world.db.query(sql`
      insert into run_periods (tracker_id, production_run_id, client_id, starts_at, began_by)
      select ${moved!.id}, id, client_id, ${at}, 'assignment' from production_runs where id = ${world.runId}`);
    const closing = (hours: number) =>
      closingTrackers(world.db, { now: new Date(world.now), hours, afterId: 0, limit: 10 });
    expect(await closing(6)).toEqual([]);
    expect(await closing(4)).toEqual([left!.id]);
    expect(await lastDayOf(world.db, 99_999)).toBeNull();
    expect(await lastDayOf(world.db, world.runId)).toMatchObject({ lastDay: 0, usual: 0 });
  });

  it('is offered where the last day of a run is thin', async () => {
    const [tracker] = await insertKeyedTrackers(world.db, world.keys, { count: 1, runId: world.runId });
    await world.db.query(sql`update production_runs set end_date = '2026-11-23' where id = ${world.runId}`);
    await world.db.query(sql`
      insert into tracker_aggregates (tracker_id, period, bucket_start, report_count, first_reported_at, last_reported_at,
        position, weight_sum, x_sum, y_sum, z_sum, distance_m, status_at_end, run_period_id)
      select ${tracker!.id}, 'hour', at, case when at < '2026-11-23' then 10 else 1 end, at, at, st_point(8, 47)::geography,
        1, 0, 0, 0, 0, 'IN_TRANSIT', p.id
      from run_periods p, generate_series('2026-11-10T00:00Z'::timestamptz, '2026-11-23T23:00Z', interval '6 hours') as at
      where p.tracker_id = ${tracker!.id}`);
    expect(await lastDayOf(world.db, world.runId)).toEqual({ endsAt: new Date(ENDS), lastDay: 4, usual: 40 });
  });
});
