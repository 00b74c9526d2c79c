import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MapFeature } from '../../../src-shared/contract/map.ts';
import { mapRoutes } from '../../../src-shared/contract/map.ts';
import { mercatorY } from '../../../src-shared/domain/map/mercator.ts';
import { type Scope, systemScope } from '../platform/db/queryable.ts';
import { assignRun } from '../testing/assign-run.ts';
import { insertRun, insertTrackers, insertUser } from '../testing/company.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';
import { callerOf } from '../testing/request.ts';
import { sumPlaceCounts } from '../trackers/place-counts-store.ts';
import { cellsAround } from './map-grid.ts';
import { mapHeat } from './map-heat-store.ts';
import { mapHandlers } from './map-routes.ts';
import { mapFeatures } from './map-store.ts';

const now = new Date('2026-11-23T12:00:00Z');
const world = { west: -180, south: -90, east: 180, north: 90 };
const statuses = ['UNKNOWN', 'IN_TRANSIT', 'IN_STORAGE', 'DELIVERED'] as const;

describe.each(testEngines())('the map on $name', ({ create }) => {
  let test: TestDatabase;
  let staff: ReturnType<typeof callerOf<typeof mapHandlers>>;
  let aurora: Awaited<ReturnType<typeof insertRun>>;
  let places: { id: number; lon: number; lat: number; status: (typeof statuses)[number]; hours: number }[];
  beforeAll(async () => {
    test = await create();
    const userId = await insertUser(test.db, 'olga', 'operations');
    staff = callerOf(test.db, mapHandlers, { userId, role: 'operations', clientId: null }, { now });
    aurora = await insertRun(test.db, 'Aurora', '2026-11-01', '2026-11-30');
    const trackers = [
      ...(await insertTrackers(test.db, { count: 300, runId: aurora.runId })),
      ...(await insertTrackers(test.db, { count: 150, first: 301 })),
    ];
    // All over the world, the poles and the antimeridian included; every third in one small town.
    places = trackers.map(({ id }, n) => ({
      id,
      lon: n % 3 === 0 ? 7.59 + n * 1e-5 : ((n * 137.508) % 360) - 180,
      lat: n % 3 === 0 ? 47.56 : n === 1 ? 90 : n === 2 ? -90 : ((n * 71.3) % 160) - 80,
      status: statuses[n % 4]!,
      hours: n % 50,
    }));
    places[4]!.lon = 180;
    places[5]!.lon = -180;
    await test.db.query(sql`
      update tracker_status set last_position = st_makepoint(lon, lat)::geography, status = m.status,
        last_reported_at = ${now}::timestamptz - hours * interval '1 hour', last_horizontal_accuracy_m = 12
      from unnest(${places.map((p) => p.id)}::bigint[], ${places.map((p) => p.lon)}::float8[], ${places.map((p) => p.lat)}::float8[],
        ${places.map((p) => p.status)}::text[], ${places.map((p) => p.hours)}::int[]) as m (id, lon, lat, status, hours)
      where tracker_id = m.id`);
    await insertTrackers(test.db, { count: 3, first: 900, runId: aurora.runId });
  });
  afterAll(() => test?.close());

  const ask = async (query: object, caller = staff) => {
    const answer = await caller.call('getMapTrackers', { query: { bbox: world, zoom: 2, ...query } });
    const { output } = mapRoutes.getMapTrackers;
    if (output.kind === 'json') output.schema.parse(answer);
    return answer;
  };
  const singles = (features: MapFeature[]) =>
    features
      .flatMap(({ properties }) => (properties.kind === 'tracker' ? [properties.trackerId] : []))
      .toSorted((a, b) => a - b);
  const idsWhere = (keep: (place: (typeof places)[number]) => boolean) =>
    places
      .filter(keep)
      .map((place) => place.id)
      .toSorted((a, b) => a - b);

  it('clusters by the grid of the zoom level exactly as counting by hand does', async () => {
    for (const zoom of [0, 2, 5, 9]) {
      const { features, total } = await ask({ zoom });
      expect(total).toBe(places.length);
      const cells = cellsAround(world, zoom);
      const byHand = Map.groupBy(places, ({ lon, lat }) =>
        [Math.floor(((lon + 180) / 360) * cells), Math.floor(mercatorY(lat) * cells)].join(),
      );
      const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
      const expected = [...byHand.values()].map((group) => ({
        count: group.length,
        lon: mean(group.map((place) => place.lon)).toFixed(6),
        delivered: group.filter((place) => place.status === 'DELIVERED').length,
        north: Math.max(...group.map((place) => place.lat)).toFixed(6),
      }));
      const got = features.map(({ geometry, properties }) => ({
        count: properties.kind === 'cluster' ? properties.count : 1,
        lon: geometry.coordinates[0].toFixed(6),
        delivered:
          properties.kind === 'cluster' ? properties.statusCounts.DELIVERED : properties.status === 'DELIVERED' ? 1 : 0,
        north: (properties.kind === 'cluster' ? properties.bounds[3] : geometry.coordinates[1]).toFixed(6),
      }));
      const sorted = (list: object[]) => list.map((item) => JSON.stringify(item)).toSorted();
      // What the grid gives; merging what overlaps on screen has its own tests.
      if (zoom >= 9) expect(sorted(got)).toEqual(sorted(expected));
      const sum = (list: { count: number; delivered: number }[]) =>
        list.reduce((all, { count, delivered }) => [all[0]! + count, all[1]! + delivered], [0, 0]);
      expect(sum(got)).toEqual(sum(expected));
      expect(got.length).toBeLessThanOrEqual(expected.length);
    }
  });

  it('counts what a cluster holds by country and by nearest city', async () => {
    const cities = ['DE', 'CH', 'FR'].map((code, n) => ({ id: 9_000_001 + n, name: `City ${n}`, code }));
    await test.db.query(sql`
      insert into nearest_cities (id, name, country_code)
      select * from unnest(${cities.map(({ id }) => id)}::int[], ${cities.map(({ name }) => name)}::text[],
        ${cities.map(({ code }) => code)}::text[])`);
    // Of the trackers in the one small town: half near the first city, a tenth near none.
    const town = places.filter((_, n) => n % 3 === 0);
    const cityOf = (n: number) => (n % 10 === 9 ? null : n % 2 === 0 ? cities[0]! : cities[1 + (n % 3 === 0 ? 0 : 1)]!);
    await test.db.query(sql`
      update tracker_status set last_nearest_city_id = city from
        unnest(${town.map(({ id }) => id)}::bigint[], ${town.map((_, n) => cityOf(n)?.id ?? null)}::int[]) as m (id, city)
      where tracker_id = m.id`);
    const expected = (code: string) => town.filter((_, n) => cityOf(n)?.code === code).length;
    for (const zoom of [0, 2, 9]) {
      const { features } = await ask({ zoom });
      const largest = features
        .flatMap(({ properties }) => (properties.kind === 'cluster' ? [properties] : []))
        .reduce((best, cluster) => (cluster.count > best.count ? cluster : best));
      const germans = expected('DE');
      expect(largest.holds).toEqual({
        countries: 3,
        country: 'Germany',
        countryCount: germans,
        city: 'City 0',
        cityCount: germans,
      });
    }
    await test.db.query(sql`update tracker_status set last_nearest_city_id = null`);
  });

  it('counts by squares of the world what it would read otherwise, whatever has been summed up', async () => {
    const boxes = [
      world,
      { west: 2.2, south: 44.1, east: 12.9, north: 51.3 },
      { west: 150, south: -60, east: -150, north: 90 },
    ];
    const told = ({ features, total }: Awaited<ReturnType<typeof mapFeatures>>) => ({
      total,
      statuses: statuses.map((status) =>
        features.reduce(
          (sum, { properties: of }) =>
            sum + (of.kind === 'cluster' ? of.statusCounts[status] : of.status === status ? 1 : 0),
          0,
        ),
      ),
      singles: singles(features),
    });
    const scope = { kind: 'user', userId: 1, clientId: null } satisfies Scope;
    for (const isSummed of [false, true]) {
      if (isSummed) await test.db.transaction(systemScope, sumPlaceCounts);
      for (const zoom of [0, 4, 7])
        for (const bbox of boxes)
          for (const filter of [{}, { clientId: aurora.clientId, status: 'DELIVERED' as const }]) {
            const query = { bbox, zoom, ...filter };
            const [read, counted, heat] = await test.db.transaction(scope, async (tx) => [
              await mapFeatures(tx, query, now),
              await mapFeatures(tx, query, now, 0),
              await mapHeat(tx, query, now, 0),
            ]);
            if (bbox === world) expect(told(counted).total).toBe(told(read).total);
            if (bbox === world) expect(told(counted).statuses).toEqual(told(read).statuses);
            // Squares at the edge count as a whole.
            expect(counted.total).toBeGreaterThanOrEqual(read.total);
            expect(heat.cells.reduce((sum, [, , n]) => sum + n, 0)).toBeGreaterThanOrEqual(read.total);
            for (const { geometry, properties } of counted.features)
              if (properties.kind === 'tracker') {
                const { lon, lat } = places.find(({ id }) => id === properties.trackerId)!;
                expect(geometry.coordinates).toEqual([lon, lat]);
              } else {
                const [west, south, east, north] = properties.bounds;
                const [lon, lat] = geometry.coordinates;
                expect(lon >= west && lon <= east && lat >= south && lat <= north).toBe(true);
                const held = places.filter(
                  (place) =>
                    place.lon >= west &&
                    place.lon <= east &&
                    Math.min(85.06, Math.max(-85.06, place.lat)) >= south - 0.01 &&
                    Math.min(85.05, Math.max(-85.05, place.lat)) <= north + 0.01,
                );
                expect(held.length).toBeGreaterThanOrEqual(filter.status ? 0 : properties.count);
              }
          }
    }
  });

  it('shows few trackers one by one, and all of them from close up', async () => {
    const delivered = await ask({ status: 'DELIVERED' });
    expect(singles(delivered.features)).toEqual(idsWhere((place) => place.status === 'DELIVERED'));
    const town = { west: 7.5, south: 47.5, east: 7.7, north: 47.6 };
    const close = await ask({ bbox: town, zoom: 17 });
    const inTown = ({ lon, lat }: (typeof places)[number]) => lon > 7.5 && lon < 7.7 && lat > 47.5 && lat < 47.6;
    expect(singles(close.features)).toEqual(idsWhere(inTown));
    expect(close.features[0]!.properties).toMatchObject({
      kind: 'tracker',
      horizontalAccuracyM: 12,
      nearestCity: null,
    });
    expect(singles((await ask({ zoom: 16 })).features)).toHaveLength(places.length);
  });

  it('takes a box across the antimeridian, and one of a map that was dragged around the world', async () => {
    const expected = idsWhere(({ lon }) => lon >= 150 || lon <= -150);
    expect(expected.length).toBeGreaterThan(20);
    for (const [west, east] of [
      [150, -150],
      [150, 210],
      [-210, -150],
      [510, 570],
    ]) {
      const { features } = await ask({ bbox: { ...world, west, east } });
      expect(singles(features)).toEqual(expected);
    }
    expect((await ask({ bbox: { ...world, west: -190, east: 530 } })).total).toBe(places.length);
  });

  it('filters by client, run, status and age', async () => {
    const inAurora = new Set(places.slice(0, 300).map((place) => place.id));
    expect((await ask({ clientId: aurora.clientId })).total).toBe(300);
    const found = await ask({ productionRunId: aurora.runId, status: 'IN_STORAGE', maxAgeHours: 10 });
    expect(singles(found.features)).toEqual(
      idsWhere((place) => inAurora.has(place.id) && place.status === 'IN_STORAGE' && place.hours <= 10),
    );
    expect(await ask({ clientId: 999 })).toMatchObject({ features: [], total: 0 });
  });

  it('shows a client’s user only their own', async () => {
    const other = await insertRun(test.db, 'Borealis', '2026-11-01', '2026-11-30');
    await assignRun(test.db, [places[400]!.id], other.runId, now);
    // Where it was before is not theirs to see.
    await test.db.query(sql`update tracker_status s set last_position = o.last_position, last_reported_at = ${now}
      from tracker_status o where s.tracker_id = ${places[400]!.id} and o.tracker_id = ${places[399]!.id}`);
    const userId = await insertUser(test.db, 'vera', 'client-viewer', other.clientId);
    const asViewer = { userId, role: 'client-viewer', clientId: other.clientId } as const;
    const viewer = callerOf(test.db, mapHandlers, asViewer, { now });
    expect(singles((await ask({}, viewer)).features)).toEqual([places[400]!.id]);
    expect((await ask({ clientId: aurora.clientId }, viewer)).total).toBe(0);
  });
});
