import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { distanceM } from '../../../src-shared/domain/geo/distance.ts';
import { mapHandlers } from '../map/map-routes.ts';
import { insertIds, insertRun, insertTrackers, insertUser } from '../testing/company.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';
import { callerOf } from '../testing/request.ts';

const now = new Date('2026-11-23T12:00:00Z');
const basel = { longitude: 7.59, latitude: 47.56 };

describe.each(testEngines())('what a fence would hold, on $name', ({ create }) => {
  let test: TestDatabase;
  let ask: (query: object) => Promise<Awaited<ReturnType<(typeof mapHandlers)['previewFence']>>>;
  let heat: (query: object) => Promise<Awaited<ReturnType<(typeof mapHandlers)['getMapHeat']>>>;
  let places: { id: number; lon: number; lat: number }[];
  let runs: [number, number];
  let locationId: number;
  beforeAll(async () => {
    test = await create();
    const userId = await insertUser(test.db, 'olga', 'operations');
    const staff = callerOf(test.db, mapHandlers, { userId, role: 'operations', clientId: null }, { now });
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

  it('the heat of the same places counts every one once', async () => {
    const { cells, most } = await heat({ bbox: { west: 0, south: 40, east: 15, north: 55 }, zoom: 12 });
    expect(cells.reduce((sum, [, , count]) => sum + count, 0)).toBe(119);
    expect(most).toBe(Math.max(...cells.map(([, , count]) => count)));
    expect(cells.length).toBeGreaterThan(5);
  });
});
