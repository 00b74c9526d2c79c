import { createHash } from 'node:crypto';
import fc from 'fast-check';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FindNearestCity } from '../../places/nearest-city.ts';
import { queueRefold } from '../../status/refold-queue-store.ts';
import { insertIds, insertTrackers } from '../../testing/company.ts';
import { type TestDatabase, testEngines } from '../../testing/database.ts';
import { writeFetcherSettings } from '../fetcher-settings.ts';
import { type IngestOptions, type IngestRow, ingestReports } from './ingest.ts';
import { findKnown } from './location-reports-store.ts';
import { applyRetention } from './retention.ts';

const NOW = new Date('2026-11-23T10:00:00Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const nearestCity: FindNearestCity = (longitude) =>
  longitude < 0
    ? { id: 5128581, name: 'New York City', countryCode: 'US', distanceM: 1200 }
    : { id: 2950159, name: 'Berlin', countryCode: 'DE', distanceM: 300 };
const options: IngestOptions = { now: NOW, maxReportAgeDays: 7, nearestCity };

const hash = (text: string) => new Uint8Array(createHash('sha256').update(text).digest());
const report = (trackerId: number, agoMs: number, changes: Partial<IngestRow> = {}): IngestRow => ({
  trackerId,
  timestampMs: NOW.getTime() - agoMs,
  publishedAt: null,
  payloadHash: hash(`${trackerId} ${agoMs}`),
  latitude: 52.5,
  longitude: 13.4,
  horizontalAccuracyM: 12,
  confidence: 3,
  statusByte: 0x20 | (2 << 6),
  invalidPosition: false,
  ...changes,
});

describe.each(testEngines())('ingest on $name', ({ create }) => {
  let test: TestDatabase;
  let a: number;
  let b: number;
  let next = 1;
  beforeAll(async () => {
    test = await create();
  });
  afterAll(() => test?.close());
  beforeEach(async () => {
    const made = await insertTrackers(test.db, { first: next, count: 2 });
    next += 2;
    [a, b] = made.map((tracker) => tracker.id) as [number, number];
    await test.db.query(sql`delete from status_pending`);
  });

  const pending = async () => {
    const { rows } = await test.db.query<{ id: number; from: Date }>(
      sql`select tracker_id as id, fold_from as from from status_pending order by tracker_id`,
    );
    return rows.map((row) => [row.id, (NOW.getTime() - row.from.getTime()) / HOUR]);
  };
  const statusOf = async (trackerId: number) => {
    const { rows } = await test.db.query<Record<string, unknown>>(sql`
      select report_count, last_reported_at, last_horizontal_accuracy_m, last_battery_level, last_nearest_city_id,
        last_nearest_city_distance_m, st_x(last_position::geometry) as longitude, status
      from tracker_status where tracker_id = ${trackerId}`);
    return rows[0]!;
  };

  it('stores what is new once, and names only changed trackers', async () => {
    const rows = [report(a, 3 * HOUR), report(a, 2 * HOUR, { longitude: -74 }), report(b, HOUR)];
    expect(await ingestReports(test.db, [...rows, rows[0]!], options)).toEqual({
      stored: 3,
      duplicates: 1,
      corrupt: 0,
      tooOld: 0,
      changedTrackers: [a, b],
    });
    expect(await pending()).toEqual([
      [a, 3],
      [b, 1],
    ]);
    expect(await statusOf(a)).toEqual({
      report_count: 2,
      last_reported_at: new Date(NOW.getTime() - 2 * HOUR),
      last_horizontal_accuracy_m: 12,
      last_battery_level: 'low',
      last_nearest_city_id: 5128581,
      last_nearest_city_distance_m: 1200,
      longitude: -74,
      status: 'UNKNOWN',
    });
    await test.db.query(sql`delete from status_pending`);
    const again = await ingestReports(test.db, [...rows, report(b, 30 * HOUR)], options);
    expect(again).toMatchObject({ stored: 1, duplicates: 3, changedTrackers: [b] });
    expect(await pending()).toEqual([[b, 30]]);
    const { rows: cities } = await test.db.query(sql`select name from nearest_cities order by name`);
    expect(cities).toEqual([{ name: 'Berlin' }, { name: 'New York City' }]);
  });

  it('moves the last position on by report time, not by arrival, and refolds from the earliest', async () => {
    await ingestReports(test.db, [report(a, HOUR)], options);
    await ingestReports(test.db, [report(a, 50 * HOUR, { longitude: -74 })], options);
    expect(await statusOf(a)).toMatchObject({ report_count: 2, longitude: 13.4, last_nearest_city_id: 2950159 });
    await ingestReports(test.db, [report(a, 20 * HOUR)], options);
    expect(await pending()).toEqual([[a, 50]]);
  });

  it('stores reports that differ in the payload alone, and those of the same second of two trackers', async () => {
    const twice = report(a, HOUR, { payloadHash: hash('another phone') });
    const result = await ingestReports(test.db, [report(a, HOUR), twice, report(b, HOUR)], options);
    expect(result).toMatchObject({ stored: 3, duplicates: 0 });
  });

  it('stores a report without a position as invalid, and leaves the last position alone', async () => {
    await ingestReports(test.db, [report(a, 5 * HOUR)], options);
    const invalid = report(a, HOUR, { latitude: 0, longitude: 0, horizontalAccuracyM: 0, invalidPosition: true });
    expect(await ingestReports(test.db, [invalid], options)).toMatchObject({ stored: 1, changedTrackers: [a] });
    expect(await statusOf(a)).toMatchObject({
      report_count: 2,
      longitude: 13.4,
      last_reported_at: new Date(NOW.getTime() - 5 * HOUR),
    });
    const { rows } = await test.db.query(sql`select left_out_reason, position is null as empty from location_reports
      where tracker_id = ${a} order by reported_at`);
    expect(rows).toEqual([
      { left_out_reason: null, empty: false },
      { left_out_reason: 'invalid', empty: true },
    ]);
  });

  it('leaves out what is older than 7 days, unless any age is asked for', async () => {
    const rows = [report(a, 7 * DAY), report(a, 7 * DAY + 1000), report(a, 45 * DAY)];
    expect(await ingestReports(test.db, rows, options)).toMatchObject({ stored: 1, tooOld: 2, duplicates: 0 });
    const all = await ingestReports(test.db, rows, { ...options, maxReportAgeDays: null });
    expect(all).toMatchObject({ stored: 2, tooOld: 0, duplicates: 1 });
  });

  it('keeps corrupt reports for inspection, once each', async () => {
    const corrupt = [
      { trackerId: a, payloadHash: hash('x'), payload: Uint8Array.of(1, 2, 3), reason: 'bad-length' as const },
    ];
    expect(await ingestReports(test.db, [], { ...options, corrupt })).toMatchObject({ corrupt: 1, stored: 0 });
    expect(await ingestReports(test.db, [], { ...options, corrupt })).toMatchObject({ corrupt: 0 });
    const { rows } = await test.db.query(sql`select payload, reason from corrupt_reports where tracker_id = ${a}`);
    expect(rows).toEqual([{ payload: Buffer.from([1, 2, 3]), reason: 'bad-length' }]);
    expect(await pending()).toEqual([]);
  });

  it('recognises what it has stored before by what can be read without decrypting', async () => {
    const known = report(a, HOUR);
    const damaged = { trackerId: b, payloadHash: hash('y'), payload: Uint8Array.of(9), reason: 'bad-length' as const };
    await ingestReports(test.db, [known], { ...options, corrupt: [damaged] });
    const at = known.timestampMs;
    const keys = [
      { trackerId: a, timestampMs: at, payloadHash: hash('new') },
      { trackerId: a, timestampMs: at, payloadHash: known.payloadHash },
      { trackerId: b, timestampMs: at, payloadHash: known.payloadHash },
      { trackerId: b, timestampMs: null, payloadHash: hash('y') },
    ];
    expect([...(await findKnown(test.db, keys))]).toEqual([1, 3]);
  });

  it('leaves out trackers that were deleted meanwhile', async () => {
    await insertIds(test.db, sql`delete from trackers where id = ${b} returning id`);
    expect(await ingestReports(test.db, [report(a, HOUR), report(b, HOUR)], options)).toMatchObject({
      stored: 1,
      changedTrackers: [a],
    });
  });

  it('makes the partition again when retention has dropped it', async () => {
    await ingestReports(test.db, [report(a, 200 * DAY)], { ...options, maxReportAgeDays: null });
    await test.db.query(sql`drop table location_reports_2026_05`);
    const result = await ingestReports(test.db, [report(a, 200 * DAY)], { ...options, maxReportAgeDays: null });
    expect(result).toMatchObject({ stored: 1 });
  });

  const keep = { corruptReportDays: 90 };
  it('forgets corrupt reports after 90 days, however many, and keeps younger ones', async () => {
    await test.db.query(sql`
      insert into corrupt_reports (payload_hash, payload, reason, received_at)
      select sha256(n::text::bytea), 'x', 'x', ${NOW}::timestamptz - make_interval(days => case when n <= 1100 then 91 else 89 end)
      from generate_series(1, 1101) n`);
    await applyRetention(test.db, keep, NOW);
    const { rows } = await test.db.query(sql`select count(*)::int as count from corrupt_reports where reason = 'x'`);
    expect(rows).toEqual([{ count: 1 }]);
  });

  it('drops whole months that are older than retention wants, and lets nothing be folded from before', async () => {
    const old = { ...options, maxReportAgeDays: null };
    await ingestReports(test.db, [report(a, HOUR), report(a, 100 * DAY), report(a, 130 * DAY)], old);
    await writeFetcherSettings(test.db, { reportRetentionDays: null }, NOW);
    expect(await applyRetention(test.db, keep, NOW)).toEqual([]);
    // 23 November less 100 days is 15 August: August is kept, July and what is older is dropped.
    await writeFetcherSettings(test.db, { reportRetentionDays: 100 }, NOW);
    expect(await applyRetention(test.db, keep, NOW)).toContain('location_reports_2026_07');
    expect(await applyRetention(test.db, keep, NOW)).toEqual([]);
    const { rows } = await test.db.query(sql`
      select count(*)::int as count, min(reported_at) as first from location_reports where tracker_id = ${a}`);
    expect(rows).toEqual([{ count: 2, first: new Date(NOW.getTime() - 100 * DAY) }]);
    await queueRefold(test.db, { trackerIds: [a] }, 'fence changed', NOW);
    const { rows: fold } = await test.db.query(sql`select fold_from from status_pending where tracker_id = ${a}`);
    expect(fold).toEqual([{ fold_from: new Date('2026-08-01T00:00:00Z') }]);
    await writeFetcherSettings(test.db, { reportRetentionDays: null }, NOW);
  });

  it('ends with the same rows whatever the order and repetition of batches', async () => {
    const all = Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? a : b)).map((id, i) => report(id, i * HOUR));
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...all, ...all], { minLength: 24, maxLength: 24 }), async (shuffled) => {
        await test.db.query(sql`delete from location_reports where tracker_id in (${a}, ${b})`);
        await test.db.query(sql`update tracker_status set report_count = 0, last_reported_at = null
          where tracker_id in (${a}, ${b})`);
        for (let i = 0; i < 24; i += 5) await ingestReports(test.db, shuffled.slice(i, i + 5), options);
        expect(await statusOf(a)).toMatchObject({ report_count: 6, last_reported_at: NOW });
        expect(await statusOf(b)).toMatchObject({ report_count: 6 });
      }),
      { numRuns: 5 },
    );
  });

  it('takes many at once from many connections', async () => {
    const rows = Array.from({ length: 300 }, (_, i) => report(i % 2 === 0 ? a : b, i * 60_000));
    const results = await Promise.all(Array.from({ length: 6 }, () => ingestReports(test.db, rows, options)));
    expect(results.reduce((sum, result) => sum + result.stored, 0)).toBe(300);
    expect(await statusOf(a)).toMatchObject({ report_count: 150 });
  });
});
