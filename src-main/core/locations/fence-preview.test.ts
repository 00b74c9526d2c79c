import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { distanceM } from '../../../src-shared/domain/geo/distance.ts';
import { mapHandlers } from '../map/map-routes.ts';
import { AppError } from '../platform/errors.ts';
import { insertIds, insertRun, insertTrackers, insertUser } from '../testing/company.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';
import { callerOf } from '../testing/request.ts';
import { fenceDraftHandlers } from './fence-drafts-routes.ts';

const now = new Date('2026-11-23T12:00:00Z');
const draftsOf = (db: TestDatabase['db'], userId: number) =>
  callerOf(db, (parts) => fenceDraftHandlers(parts), { userId, role: 'operations', clientId: null }, { now });
const basel = { longitude: 7.59, latitude: 47.56 };

describe.each(testEngines())('what a fence would hold, on $name', ({ create }) => {
  let test: TestDatabase;
  let drafts: ReturnType<typeof draftsOf>;
  let ask: (query: object) => Promise<Awaited<ReturnType<(typeof mapHandlers)['previewFence']>>>;
  let heat: (query: object) => Promise<Awaited<ReturnType<(typeof mapHandlers)['getMapHeat']>>>;
  let places: { id: number; lon: number; lat: number }[];
  let runs: [number, number];
  let locationId: number;
  beforeAll(async () => {
    test = await create();
    const userId = await insertUser(test.db, 'olga', 'operations');
    const staff = callerOf(test.db, mapHandlers, { userId, role: 'operations', clientId: null }, { now });
    drafts = draftsOf(test.db, userId);
    ask = (query) => staff.call('previewFence', { query });
    heat = (query) => staff.call('getMapHeat', { query });
    const a = await insertRun(test.db, 'Aurora', '2026-11-01', '2026-11-30');
    const b = await insertRun(test.db, 'Borealis', '2026-11-01', '2026-11-30');
    runs = [a.runId, b.runId];
    const trackers = [
      ...(await insertTrackers(test.db, { count: 60, runId: a.runId })),
      ...(await insertTrackers(test.db, { count: 60, first: 61, runId: b.runId })),
    ];
    // A spiral around Basel, from some metres to 12 km; the last beside the antimeridian.
    places = trackers.map(({ id }, n) => {
      const reach = 0.00005 * (n + 1) ** 1.6;
      return { id, lon: basel.longitude + reach * Math.cos(n), lat: basel.latitude + reach * Math.sin(n) };
    });
    Object.assign(places[119]!, { lon: -179.999, lat: 10 });
    await test.db.query(sql`
      update tracker_status set last_position = st_makepoint(lon, lat)::geography, status = 'IN_TRANSIT',
        last_reported_at = ${now}, last_horizontal_accuracy_m = 12
      from unnest(${places.map((p) => p.id)}::bigint[], ${places.map((p) => p.lon)}::float8[],
        ${places.map((p) => p.lat)}::float8[]) as m (id, lon, lat) where tracker_id = m.id`);
    [locationId] = (await insertIds(
      test.db,
      sql`insert into locations (kind, name, position, geofence_radius_m)
        values ('storage', 'Depot', st_makepoint(7.59, 47.56)::geography, 100) returning id`,
    )) as [number];
    await test.db.query(sql`update tracker_status set status = 'IN_STORAGE', location_id = ${locationId}::bigint
      where tracker_id = any(${[places[0]!.id, places[1]!.id, places[100]!.id]}::bigint[])`);
  });
  afterAll(() => test?.close());

  it('is whoever was last seen within the radius, the nearest first, as measuring by hand finds', async () => {
    for (const radiusM of [50, 700, 5_000, 50_000]) {
      const answer = await ask({ ...basel, radiusM });
      const byHand = places
        .map(({ id, lon, lat }) => ({ id, metres: distanceM(basel, { longitude: lon, latitude: lat }) }))
        .filter(({ metres }) => metres <= radiusM);
      expect(answer.inside).toBe(byHand.length);
      const nearest = byHand.toSorted((x, y) => x.metres - y.metres).slice(0, 50);
      expect(answer.trackers.map(({ trackerId }) => trackerId)).toEqual(nearest.map(({ id }) => id));
    }
    expect(await ask({ longitude: 0, latitude: 0, radiusM: 100 })).toMatchObject({ inside: 0, trackers: [] });
  });

  it('reaches across the antimeridian', async () => {
    const { trackers } = await ask({ longitude: 179.999, latitude: 10, radiusM: 1_000 });
    expect(trackers.map(({ trackerId }) => trackerId)).toEqual([places[119]!.id]);
  });

  it('keeps to the runs of the location, and tells who would come in or drop out', async () => {
    const all = await ask({ ...basel, radiusM: 3_000, locationId });
    const near = all.inside;
    expect(all).toMatchObject({ entering: near - 2, leaving: 1 });
    expect(all.trackers.filter((tracker) => tracker.isThereNow).map(({ trackerId }) => trackerId)).toEqual([
      places[0]!.id,
      places[1]!.id,
    ]);
    const ofA = await ask({ ...basel, radiusM: 50_000, productionRunIds: [runs[0]] });
    expect(ofA.inside).toBe(60);
  });

  /** A box of so many degrees to each side of Basel, moved east. */
  const box = (reach: number, east = 0): { type: 'Polygon'; coordinates: [number, number][][] } => {
    const [x, y] = [basel.longitude + east, basel.latitude];
    const ring: [number, number][] = [
      [x - reach, y - reach],
      [x + reach, y - reach],
      [x + reach, y + reach],
      [x - reach, y + reach],
    ];
    return { type: 'Polygon', coordinates: [ring] };
  };

  it('an outline holds who is within it, beyond it by no more than its margin, and not in its hole', async () => {
    const within = (reach: number) =>
      places.filter(
        ({ lon, lat }) => Math.abs(lon - basel.longitude) <= reach && Math.abs(lat - basel.latitude) <= reach,
      ).length;
    const preview = (outline: object, marginM = 0) => drafts.call('previewOutline', { body: { outline, marginM } });
    const plain = await preview(box(0.02));
    expect(plain.inside).toBe(within(0.02));
    expect(plain.trackers.every(({ distanceM }) => distanceM === 0)).toBe(true);
    // A thousandth of a degree is 111 m north and 75 m east.
    expect((await preview(box(0.02), 30)).inside).toBeGreaterThanOrEqual(plain.inside);
    const ring = { ...box(0.02), coordinates: [...box(0.02).coordinates, ...box(0.01).coordinates] };
    expect((await preview(ring)).inside).toBe(within(0.02) - within(0.01));
    const body = { outline: box(0.0001), marginM: 0, locationId };
    expect(await drafts.call('previewOutline', { body })).toMatchObject({ inside: 1, entering: 0, leaving: 2 });
    const bow = { type: 'Polygon', coordinates: [[[7, 47], [8, 48], [8, 47], [7, 48]]] }; // biome-ignore format: as short as it is
    await expect(preview(bow)).rejects.toThrow(/crosses or touches itself near/);
  });

  it('tells which reports lie inside, and the fences that it overlaps', async () => {
    await test.db.query(sql`select ensure_location_report_partitions('2026-11-01', '2026-12-01')`);
    await test.db.query(sql`
      insert into location_reports (tracker_id, reported_at, payload_hash, received_at, confidence, position)
      select ${places[0]!.id}::bigint, ${now}::timestamptz - n * interval '1 minute', decode(lpad(n::text, 8, '0'), 'hex'), ${now}, 2,
        st_makepoint(7.59 + 0.01 * n, 47.56)::geography from generate_series(0, 4) n`);
    const surroundings = (body: object) => drafts.call('getFenceSurroundings', { body });
    const circle = { position: { type: 'Point', coordinates: [7.59, 47.56] }, geofenceRadiusM: 1_000 };
    expect(await surroundings(circle)).toEqual({
      reports: { inside: 2, of: 5, trackers: 1 },
      overlapping: { count: 1, named: [{ id: locationId, kind: 'storage', name: 'Depot' }] },
    });
    expect((await surroundings({ ...circle, locationId })).overlapping).toEqual({ count: 0, named: [] });
    expect((await surroundings({ ...circle, productionRunIds: [runs[1]] })).reports.of).toBe(0);
    // 90 m beside the point of the circle, whose radius is 100 m; 900 m beside it; and there with a margin.
    const outline = (east: number, geofenceRadiusM = 0) =>
      surroundings({ outline: box(0.001, east), geofenceRadiusM }).then(({ overlapping }) => overlapping.count);
    expect(await outline(0.0022)).toBe(1);
    expect(await outline(0.012)).toBe(0);
    expect(await outline(0.012, 800)).toBe(1);
  });

  it('takes many locations in at once, or none and says what is wrong with which', async () => {
    const some = [
      { row: 1, kind: 'storage', name: 'North yard', outline: box(0.003, 0.1) },
      { row: 2, kind: 'delivery', name: 'Gate', position: { type: 'Point', coordinates: [7.7, 47.5] } },
    ];
    const wrong = [
      { row: 3, kind: 'storage', name: 'DEPOT', position: { type: 'Point', coordinates: [7, 47] } },
      { row: 4, kind: 'delivery', name: 'gate', position: { type: 'Point', coordinates: [7, 47] }, geofenceRadiusM: 2 },
      { row: 5, kind: 'storage', name: 'Nowhere' },
      {
        row: 6,
        kind: 'storage',
        name: 'Bow',
        outline: { type: 'Polygon', coordinates: [[[7, 47], [8, 48], [8, 47], [7, 48]]] }, // biome-ignore format: as short as it is
      },
    ];
    const send = (locations: object[], more: object = {}) =>
      drafts.call('importLocations', { body: { dryRun: false, productionRunIds: [], ...more, locations } });
    const refused = await send([...some, ...wrong]);
    expect(refused).toMatchObject({ created: 0, jobId: null });
    expect(refused.problems.map(({ row, field, message }) => `${row} ${field}: ${message}`)).toEqual([
      '3 name: A storage location DEPOT already exists.',
      '4 name: gate is in the file twice; see row 2.',
      '4 geofenceRadiusM: The radius of a circle is at least 5 m.',
      '5 position: It has neither a point nor an outline.',
      expect.stringMatching(/^6 outline: The outline crosses or touches itself near 47\.\d+, 7\.\d+\.$/),
    ]);
    expect(refused.problems[4]!.at).not.toBeNull();
    expect(await send(some, { dryRun: true })).toEqual({ created: 0, problems: [], jobId: null });
    const stored = () =>
      test.db.query(sql`select name, outline is not null as outline, geofence_radius_m as radius, nearest_city as city,
      (select count(*)::int from production_run_locations p where p.location_id = l.id) as runs from locations l where name <> 'Depot' order by name`);
    expect((await stored()).rows).toEqual([]);
    await expect(send(some, { productionRunIds: [999_999] })).rejects.toThrow(AppError);
    const done = await send(some, { productionRunIds: runs });
    expect(done).toMatchObject({ created: 2, problems: [], jobId: expect.any(Number) });
    expect((await stored()).rows).toEqual([
      { name: 'Gate', outline: false, radius: 100, city: expect.stringContaining('CH'), runs: 2 },
      { name: 'North yard', outline: true, radius: 0, city: expect.any(String), runs: 2 },
    ]);
    expect((await send(some)).problems.map(({ row }) => row)).toEqual([1, 2]);
  });

  it('the heat of the same places counts every one once', async () => {
    const { cells, most } = await heat({ bbox: { west: 0, south: 40, east: 15, north: 55 }, zoom: 12 });
    expect(cells.reduce((sum, [, , count]) => sum + count, 0)).toBe(119);
    expect(most).toBe(Math.max(...cells.map(([, , count]) => count)));
    expect(cells.length).toBeGreaterThan(5);
  });
});
