import { createHash } from 'node:crypto';
import sql from 'sql-template-tag';
import { createConsoleStatusEngine } from '../../src-main/core/app/console-status-engine.ts';
import type { Database } from '../../src-main/core/platform/db/queryable.ts';
import { followFences } from '../../src-main/core/status/fences-in-time.ts';
import { offset } from '../../src-main/core/status/testing/status-world.ts';
import { insertIds, insertRun, insertTrackers } from '../../src-main/core/testing/company.ts';
import { postgres } from '../../src-main/core/testing/database.ts';
import { type Figure, median, more } from './figure.ts';

const RUNS = 20;
const TRACKERS = 2_000;
const FENCES = 20_000;
/** Reports a tracker in the bulk figure: two days of one every half an hour. */
const REPORTS = 96;
const ROUNDS = 7;
/** The bulk is stored and folded in so many parts in turn, so that what else the machine does meets both alike. */
const PARTS = 5;
/** Stored reports between which the cost of a new one is compared. Fewer for a quick look: `BENCH_STORED=1e5,1e6`. */
const [FEW, MANY] = (process.env.BENCH_STORED ?? '1e6,1e7').split(',').map(Number) as [number, number];
const START = Date.UTC(2026, 4, 10);
const HALF_HOUR = 1_800_000;

interface Row {
  trackerId: number;
  at: number;
  hash: Buffer;
  longitude: number;
  latitude: number;
  accuracyM: number;
}
interface Fence {
  run: number;
  longitude: number;
  latitude: number;
}

/** Needs a PostgreSQL with PostGIS in TEST_DATABASE_URL; there is nothing to compare with on the embedded engine. */
export async function figures(): Promise<Figure[]> {
  const url = process.env.TEST_DATABASE_URL;
  if (url) return statusFigures(url);
  console.log('  left out: set TEST_DATABASE_URL to a PostgreSQL server with PostGIS');
  return [];
}

/**
 * Reports a second through matching, fold, history and aggregates, against a bare `unnest … on conflict` insert of the
 * same rows in the same run, with 20,000 fences of 20 m to 5 km; then the cost of a new report when ten times as many
 * are stored. `connectionString` names a server where the role may create databases.
 */
export async function statusFigures(connectionString: string): Promise<Figure[]> {
  process.env.TEST_DATABASE_URL = connectionString;
  const databases = [await postgres.create(), await postgres.create()];
  try {
    const [few, many] = databases.map(({ db }) => db) as [Database, Database];
    const here = await world(few);
    const there = await world(many);
    const bulk = await bulkFold(few, here);
    await bulkFold(many, there);
    const now = await news(few, here, REPORTS);
    await news(many, there, REPORTS);
    const late = await lateNews(few, here);
    await lateNews(many, there);
    await storeOld(few, FEW);
    await storeOld(many, MANY);
    const stored = await alternating([
      { db: few, ...here },
      { db: many, ...there },
    ]);
    const bare = { name: 'bare insert of the same rows, rows/s' };
    return [
      more('reports folded in bulk', 'reports/s', bulk.fold, { ...bare, value: bulk.insert }),
      more('new reports folded, one a tracker', 'reports/s', now.fold, { ...bare, value: now.insert }),
      more('late reports folded, one a tracker, a day late', 'reports/s', late.fold, { ...bare, value: late.insert }),
      more(`new reports stored and folded, ${MANY} stored`, 'reports/s', TRACKERS / median(stored[1]!), {
        name: `with ${FEW} stored, reports/s`,
        value: TRACKERS / median(stored[0]!),
      }),
    ];
  } finally {
    for (const database of databases) await database.close();
  }
}

interface World {
  trackers: number[];
  fences: Fence[];
}

/** Rows a second of the bare insert and of the fold, both the median of the parts. */
async function bulkFold(db: Database, { trackers, fences }: World): Promise<{ insert: number; fold: number }> {
  const times = { insert: [] as number[], fold: [] as number[] };
  const size = trackers.length / PARTS;
  for (let part = 0; part < PARTS; part++) {
    // Every PARTS-th, so that each part has trackers of all runs.
    const rows = trackers.flatMap((trackerId, t) =>
      t % PARTS === part ? Array.from({ length: REPORTS }, (_, n) => reportOf(trackerId, t, n, fences)) : [],
    );
    times.insert.push(await secondsOf(() => insert(db, shuffled(rows))));
    await queue(db, rows);
    await db.query(sql`analyze`);
    times.fold.push(await secondsOf(() => drain(db)));
  }
  return { insert: (size * REPORTS) / median(times.insert), fold: (size * REPORTS) / median(times.fold) };
}

/** Seconds that one new report of each tracker takes, stored and folded, in each database in turn. */
async function alternating(worlds: readonly (World & { db: Database })[]): Promise<number[][]> {
  const times = worlds.map((): number[] => []);
  for (let round = 0; round < 2 * ROUNDS; round++) {
    for (const [i, { db, trackers, fences }] of worlds.entries()) {
      const rows = trackers.map((trackerId, t) => reportOf(trackerId, t, REPORTS + ROUNDS + round, fences));
      times[i]!.push(
        await secondsOf(async () => {
          await insert(db, rows);
          await queue(db, rows);
          await drain(db);
        }),
      );
    }
  }
  return times;
}

async function world(db: Database): Promise<World> {
  byRun.clear();
  const runs: number[] = [];
  for (let n = 0; n < RUNS; n++) runs.push((await insertRun(db, `run ${n}`, '2026-01-01', '2026-12-31')).runId);
  const trackers: number[] = [];
  for (const [n, runId] of runs.entries()) {
    const made = await insertTrackers(db, { count: TRACKERS / RUNS, first: 1 + (n * TRACKERS) / RUNS, runId });
    trackers.push(...made.map((tracker) => tracker.id));
  }
  // Across Europe; radii evenly spread over the magnitudes. Half by the column, half by the older table.
  await db.query(sql`select setseed(0.1)`);
  await db.query(sql`
    insert into locations (kind, name, position, geofence_radius_m, production_run_id)
    select case when n % 10 = 0 then 'storage' else 'delivery' end, n::text,
      ST_MakePoint(-5 + 25 * random(), 40 + 15 * random())::geography, 20 * power(250, random()),
      case when n % 2 = 0 then ${runs[0]}::bigint + (n / 2) % ${RUNS}::int end
    from generate_series(1, ${FENCES}::int) n`);
  await db.query(sql`insert into production_run_locations
    select ${runs[0]}::bigint + id % ${RUNS}::int, id from locations where production_run_id is null`);
  const locationIds = await insertIds(db, sql`select id from locations`);
  await followFences(db, { locationIds, since: null, finishedRunIds: [], now: new Date(0) });
  const { rows } = await db.query<Fence>(sql`
    select (w.production_run_id - ${runs[0]}::bigint)::int as run, ST_X(position::geometry) as longitude,
      ST_Y(position::geometry) as latitude from locations l join run_locations w on w.location_id = l.id
    order by l.id`);
  await db.query(sql`select ensure_location_report_partitions('2026-01-01', '2026-06-30')`);
  return { trackers, fences: rows };
}

/** A tracker that stays at one of its run's fences for eight reports, then is on the way for four. */
function reportOf(trackerId: number, t: number, n: number, fences: readonly Fence[], shift = 0): Row {
  const own = fencesOfRun(fences, Math.floor((t * RUNS) / TRACKERS));
  const leg = Math.floor(n / 12);
  const here = own[(t * 31 + leg) % own.length]!;
  const next = own[(t * 31 + leg + 1) % own.length]!;
  const way = Math.max(0, ((n % 12) - 8 + 1) / 5);
  const between = {
    longitude: here.longitude + (next.longitude - here.longitude) * way,
    latitude: here.latitude + (next.latitude - here.latitude) * way,
  };
  const position = offset(between, (n % 7) * 3, (n % 5) * 3);
  const at = START + n * HALF_HOUR + (t % 1_500) * 1_000 + shift;
  const hash = createHash('sha256').update(`${trackerId} ${at}`).digest();
  return { trackerId, at, hash, ...position, accuracyM: 5 + ((n * 37 + t) % 60) };
}

const byRun = new Map<number, Fence[]>();
function fencesOfRun(fences: readonly Fence[], run: number): Fence[] {
  const known = byRun.get(run) ?? fences.filter((fence) => fence.run === run);
  byRun.set(run, known);
  return known;
}

/** The baseline: nothing but the rows, 5,000 a statement. */
async function insert(db: Database, rows: readonly Row[]): Promise<void> {
  for (let i = 0; i < rows.length; i += 5_000) {
    const part = rows.slice(i, i + 5_000);
    await db.query(sql`
      insert into location_reports (tracker_id, reported_at, payload_hash, received_at, position,
        horizontal_accuracy_m, confidence)
      select tracker_id, reported_at, hash, now(), ST_MakePoint(longitude, latitude)::geography, accuracy, 2
      from unnest(${part.map((r) => r.trackerId)}::bigint[], ${part.map((r) => new Date(r.at))}::timestamptz[],
        ${part.map((r) => r.hash)}::bytea[], ${part.map((r) => r.longitude)}::float8[],
        ${part.map((r) => r.latitude)}::float8[], ${part.map((r) => r.accuracyM)}::smallint[])
        as r(tracker_id, reported_at, hash, longitude, latitude, accuracy)
      on conflict do nothing`);
  }
}

/** What ingest also does; not part of either figure. */
async function queue(db: Database, rows: readonly Row[]): Promise<void> {
  await db.query(sql`
    insert into status_pending (tracker_id, fold_from, fold_to, reason, queued_at)
    select tracker_id, min(at), max(at), 'reports', now()
    from unnest(${rows.map((row) => row.trackerId)}::bigint[], ${rows.map((row) => new Date(row.at))}::timestamptz[])
      as r(tracker_id, at) group by tracker_id`);
}

const drain = (db: Database) =>
  createConsoleStatusEngine({ db, publish: () => undefined, log: failed, now: () => new Date() }).drain();
function failed(level: string, message: string, fields: Record<string, unknown>): void {
  if (level !== 'debug') throw new Error(`${message}: ${fields.error}`);
}

/** Rounds of one new report a tracker. */
async function news(db: Database, { trackers, fences }: World, first: number) {
  const rounds = Array.from({ length: ROUNDS }, (_, n) =>
    trackers.map((trackerId, t) => reportOf(trackerId, t, first + n, fences)),
  );
  return timeRounds(db, rounds);
}

/** The same, each in the gap before a report of the day before. */
async function lateNews(db: Database, { trackers, fences }: World) {
  const rounds = Array.from({ length: ROUNDS }, (_, n) =>
    trackers.map((trackerId, t) => reportOf(trackerId, t, REPORTS - 36 - n, fences, HALF_HOUR / 2)),
  );
  return timeRounds(db, rounds);
}

async function timeRounds(db: Database, rounds: readonly Row[][]): Promise<{ insert: number; fold: number }> {
  const times = { insert: [] as number[], fold: [] as number[] };
  for (const rows of rounds) {
    times.insert.push(await secondsOf(() => insert(db, rows)));
    await queue(db, rows);
    times.fold.push(await secondsOf(() => drain(db)));
  }
  return { insert: rounds[0]!.length / median(times.insert), fold: rounds[0]!.length / median(times.fold) };
}

/** Months of older reports of the same trackers. */
async function storeOld(db: Database, count: number): Promise<void> {
  await db.query(sql`
    insert into location_reports (tracker_id, reported_at, payload_hash, received_at, position, horizontal_accuracy_m,
      confidence)
    select t.id, timestamptz '2026-01-05' + n * interval '20 seconds', sha256((t.id || ' ' || n)::bytea), now(),
      ST_MakePoint(8, 47)::geography, 10, 2
    from trackers t, generate_series(1, ${Math.ceil(count / TRACKERS)}::int) n`);
  await db.query(sql`analyze location_reports`);
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item, i) => ({ item, place: (i * 7919) % items.length }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
