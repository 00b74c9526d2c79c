import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { distanceM } from '../../../src-shared/domain/geo/distance.ts';
import { insertIds, insertRun, insertTrackers } from '../testing/company.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';
import { loadReports, loadReportsStatement } from './matching-store.ts';
import { fencesChanged, ingest, type MadeReport, offset } from './testing/status-world.ts';

const options = { prior: 1, matchPrior: false };
const all = { since: -Infinity, from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };

describe.each(testEngines())('matching on $name', (engine) => {
  let database: TestDatabase;
  let runId: number;
  let trackerId: number;
  beforeAll(async () => {
    database = await engine.create();
    ({ runId } = await insertRun(database.db, 'run', '2026-05-01', '2026-05-31'));
    const other = await insertRun(database.db, 'other', '2026-05-01', '2026-05-31');
    trackerId = (await insertTrackers(database.db, { count: 1, runId }))[0]!.id;
    // 1,500 fences all over the world, of 5 m to 50 km, poles and antimeridian among them; three in four of the run,
    // by either relation, some archived.
    await database.db.query(sql`select setseed(0.5)`);
    await database.db.query(sql`
      insert into locations (kind, name, position, geofence_radius_m, production_run_id, archived_at)
      select case n % 2 when 0 then 'storage' else 'delivery' end, n::text, position, 5 * power(10000, random()),
        case n % 4 when 0 then ${other.runId}::bigint when 1 then ${runId}::bigint end,
        case when n % 10 = 3 then timestamptz '2026-04-01' end
      from (select n, case n % 5
          when 0 then ST_MakePoint(180 - 0.4 * random(), 10 * random())
          when 1 then ST_MakePoint(360 * random() - 180, 90 - 0.4 * random())
          when 2 then ST_MakePoint(360 * random() - 180, -90)
          when 3 then ST_MakePoint(random(), random())
          else ST_MakePoint(360 * random() - 180, 180 * random() - 90) end::geography as position
        from generate_series(1, 1500) n) made`);
    // One in five is an outline that looks like a circle, and the radius its margin.
    await database.db.query(sql`update locations set outline = ST_Multi(ST_Buffer(position, geofence_radius_m)::geometry)::geography
      where name::int % 5 = 3`);
    await database.db.query(sql`insert into production_run_locations
      select ${runId}::bigint, id from locations where production_run_id is null`);
    await counted();
  });
  afterAll(() => database.close());

  async function counted() {
    // While the run goes on.
    await fencesChanged(database.db, await insertIds(database.db, sql`select id from locations`), {
      now: new Date(Date.UTC(2026, 4, 2)),
    });
    await database.db.query(sql`analyze fence_shapes, run_fences, locations`);
  }

  it('finds exactly the fences that measuring every pair finds', async () => {
    const { rows: fences } = await database.db.query<{ longitude: number; latitude: number; radius: number }>(sql`
      select ST_X(position::geometry) as longitude, ST_Y(position::geometry) as latitude, geofence_radius_m as radius
      from locations order by id limit 300`);
    // Reports near the edges of r and of r + a, in all directions.
    const reports = fences.map((fence, n): MadeReport => {
      const accuracyM = [0, 12, 255][n % 3]!;
      const reach = [fence.radius, fence.radius + accuracyM, 0, (fence.radius + accuracyM) * 0.995][n % 4]!;
      const angle = n * 2.39996;
      const position = offset(fence, reach * Math.cos(angle), reach * Math.sin(angle));
      return { trackerId, at: Date.UTC(2026, 4, 2) + n * 60_000, n, position, accuracyM };
    });
    reports.push({ trackerId, at: Date.UTC(2026, 4, 3), n: 1, position: null, accuracyM: 0 });
    await ingest(database.db, reports);
    const { rows: pairs } = await database.db.query<{ at: number; id: number; distance: number }>(sql`
      select extract(epoch from r.reported_at)::float8 * 1000 as at, l.id, d.distance
      from location_reports r cross join locations l
      cross join lateral (select ST_Distance(coalesce(l.outline, l.position), r.position) as distance offset 0) as d
      where l.archived_at is null and l.id in (select location_id from run_locations where production_run_id = ${runId})
        and d.distance <= l.geofence_radius_m + r.horizontal_accuracy_m`);
    const [loaded] = await loadReports(database.db, [{ trackerId, productionRunId: runId, ...all }], options);
    expect(loaded!.reports).toHaveLength(reports.length);
    const found = loaded!.reports.flatMap((report) =>
      report.matches.map((match) => ({ at: report.at, id: match.locationId, distance: match.distanceM })),
    );
    const order = (a: { at: number; id: number }, b: { at: number; id: number }) => a.at - b.at || a.id - b.id;
    expect(found.length).toBeGreaterThan(300);
    expect(found.sort(order)).toEqual(pairs.sort(order));
  });

  it('reads positions exactly, and measures as the console’s own formula does', async () => {
    const [loaded] = await loadReports(database.db, [{ trackerId, productionRunId: runId, ...all }], options);
    const { rows } = await database.db.query<{ id: number; longitude: number; latitude: number }>(sql`
      select id, ST_X(position::geometry) as longitude, ST_Y(position::geometry) as latitude from locations`);
    const fences = new Map(rows.map((row) => [row.id, row]));
    for (const report of loaded!.reports) {
      for (const match of report.matches.filter(({ isOutline }) => !isOutline)) {
        expect(Math.abs(distanceM(report.position!, fences.get(match.locationId)!) - match.distanceM)).toBeLessThan(
          1e-3,
        );
      }
    }
  });

  it('gives trackers without a run no fences, and the reports before only where they count', async () => {
    const middle = Date.UTC(2026, 4, 2) + 100 * 60_000;
    const [loaded] = await loadReports(
      database.db,
      [{ trackerId, productionRunId: null, since: -Infinity, from: middle, until: middle + 60_000 }],
      {
        ...options,
        prior: 3,
      },
    );
    expect(loaded!.reports.map((report) => report.at)).toEqual([middle]);
    expect(loaded!.prior.map((report) => report.at)).toEqual([3, 2, 1].map((n) => middle - n * 60_000));
    expect([...loaded!.reports, ...loaded!.prior].flatMap((report) => report.matches)).toEqual([]);
  });

  it('searches the index that covers each fence’s own radius, at 20,000 fences', async () => {
    await database.db.query(sql`
      insert into locations (kind, name, position, geofence_radius_m, production_run_id)
      select 'storage', n::text, ST_MakePoint(8 + 4 * random(), 46 + 4 * random())::geography, 20 + 4980 * random(),
        ${runId}::bigint from generate_series(1, 18500) n`);
    await counted();
    const statement = loadReportsStatement([{ trackerId, productionRunId: runId, ...all }], options);
    const { rows } = await database.db.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      sql`explain (format json) ${statement}`,
    );
    const nodes = flatten(rows[0]!['QUERY PLAN'][0].Plan);
    const onFences = nodes.filter((node) =>
      ['locations', 'fence_shapes', 'run_fences'].includes(node['Relation Name']!),
    );
    expect(onFences.map((node) => node['Node Type'])).not.toContain('Seq Scan');
    const indexes = nodes.map((node) => node['Index Name']);
    expect(indexes).toContain('fence_shapes_reach');
    expect(indexes).toContain('run_fences_shape');
    const onReports = nodes.filter((node) => node['Relation Name']?.startsWith('location_reports'));
    expect(onReports.length).toBeGreaterThan(0);
    expect(onReports.map((node) => node['Node Type'])).not.toContain('Seq Scan');
  });
});

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  Plans?: Plan[];
}
const flatten = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(flatten)];
