import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import sql, { raw } from 'sql-template-tag';
import { SeenPayloads } from '../../src-main/core/fetching/ingest/seen-payloads.ts';
import { storeAnswer } from '../../src-main/core/fetching/ingest/store-answer.ts';
import { createReportOpeningPool } from '../../src-main/core/fetching/opening/report-opening-pool.ts';
import { parseOlderAnswer } from '../../src-main/core/fetching/sources/answers.ts';
import type { KekHolder } from '../../src-main/core/keys/data-keys.ts';
import { p224Engine } from '../../src-main/core/keys/p224/load-engine.ts';
import { randomScalars } from '../../src-main/core/keys/p224/p224.ts';
import type { Database } from '../../src-main/core/platform/db/queryable.ts';
import { insertRun } from '../../src-main/core/testing/company.ts';
import { testEngines } from '../../src-main/core/testing/database.ts';
import { insertKek, insertKeyedTrackers, type KeyedTracker } from '../../src-main/core/testing/keyed-trackers.ts';
import { encryptUploads } from '../../src-main/demo/simulator/finder-phone.ts';
import { encodePlaintext } from '../../src-shared/domain/find-my/plaintext.ts';
import { type Figure, median, more } from './figure.ts';

const KEYS = 64;
const REPORTS = 6_400;
const ROUNDS = 7;
/** As the fetcher starts them. */
const pool = createReportOpeningPool({
  workerUrl: new URL('../../src-worker/report-opener.ts', import.meta.url),
  threads: Math.min(4, availableParallelism()),
});
const DAY_MS = 86_400_000;

/**
 * Reports a second from the text of an answer to stored reports: parsing, what is known, keys opened, decryption,
 * nearest city, duplicates, last position, queue of the status engine. Against a bare `unnest … on conflict do nothing`
 * of the same rows into a table of the same definition, in statements of the same size.
 */
export async function figures(): Promise<Figure[]> {
  const all: Figure[] = [];
  for (const engine of testEngines()) {
    const { db, close } = await engine.create();
    try {
      const keys = await insertKek(db);
      const { runId } = await insertRun(db, 'Bench', '2020-01-01', '2099-01-01');
      const trackers = await insertKeyedTrackers(db, keys, { count: KEYS, runId });
      const now = new Date();
      await db.query(sql`select ensure_location_report_partitions(${new Date(+now - 8 * DAY_MS)}, ${now})`);
      await createBareTable(db);
      const times = { stored: [] as number[], bare: [] as number[] };
      for (let round = -1; round < ROUNDS; round++) {
        const text = answerOf(trackers, now);
        const started = performance.now();
        const { stored } = await fromAnswer(db, keys, trackers, text, now);
        const middle = performance.now();
        if (stored !== REPORTS) throw new Error(`only ${stored} of ${REPORTS} reports were stored`);
        const rows = await storedRows(db, now);
        const before = performance.now();
        for (let i = 0; i < rows.length; i += 1000) await insertBare(db, rows.slice(i, i + 1000));
        const after = performance.now();
        await db.query(sql`delete from location_reports`);
        await db.query(sql`truncate bare_reports`);
        if (round < 0) continue;
        times.stored.push(middle - started);
        times.bare.push(after - before);
      }
      all.push(
        more(`raw answer to stored report, ${engine.name}`, 'reports/s', (1000 * REPORTS) / median(times.stored), {
          name: 'bare unnest insert of the same rows',
          value: (1000 * REPORTS) / median(times.bare),
        }),
      );
      if (engine.name === 'postgresql') all.push(...(await hotUpdates(db)));
    } finally {
      await close();
    }
  }
  await pool.close();
  return all;
}

/** The share of the updates of each table that touched no index: all do that change an indexed column, or find no room in the page. */
async function hotUpdates(db: Database): Promise<Figure[]> {
  await db.query(sql`select pg_stat_force_next_flush()`);
  const { rows } = await db.query<{ name: string; updates: number; hot: number }>(sql`
    select relname as name, n_tup_upd as updates, n_tup_hot_upd as hot from pg_stat_user_tables
    where n_tup_upd >= ${KEYS} order by n_tup_upd desc`);
  return rows.map(({ name, updates, hot }) =>
    more(`updates of ${name} that touch no index`, 'updates', hot, { name: 'all updates', value: updates }),
  );
}

/** The text of an answer in the older form, as it comes over the network. */
function answerOf(trackers: readonly KeyedTracker[], now: Date): string {
  const places = Array.from({ length: REPORTS }, (_, i) => i % KEYS);
  const uploads = places.map((place) => ({
    advertisementKey: trackers[place]!.advertisementKey,
    plaintext: encodePlaintext({
      latitude: 44 + Math.random() * 8,
      longitude: 4 + Math.random() * 10,
      horizontalAccuracyM: 20,
      statusByte: 0x20,
    }),
    ephemeralScalar: randomScalars(1, randomBytes),
    timestampMs: +now - Math.floor(Math.random() * 6 * 86_400) * 1000,
    confidence: 2,
    length: 88 as const,
  }));
  const payloads = encryptUploads(p224Engine(), uploads);
  const results = payloads.map((payload, i) => ({
    id: trackers[places[i]!]!.hashedKey,
    payload: Buffer.from(payload).toString('base64'),
    datePublished: +now,
    description: 'found',
    statusCode: 0,
  }));
  return JSON.stringify({ results, statusCode: '200' });
}

async function fromAnswer(db: Database, keys: KekHolder, trackers: readonly KeyedTracker[], text: string, now: Date) {
  const answer = parseOlderAnswer(JSON.parse(text), { who: 'apple', hasLogin: true });
  if (answer.kind !== 'reports') throw new Error('the answer was not understood');
  const trackerOf = new Map(trackers.map((tracker) => [tracker.hashedKey, tracker.id]));
  const deps = { db, engine: p224Engine(), openingPool: pool, now: () => now };
  const seen = new SeenPayloads();
  const context = { deps, keys, maxReportAgeDays: 7, cap: null, sourceId: 0, requestId: crypto.randomUUID(), seen };
  return storeAnswer(context, { from: +now - 7 * DAY_MS, to: +now }, answer, trackerOf);
}

interface Row {
  tracker_id: number;
  reported_at: Date;
  payload_hash: Buffer;
  published_at: Date | null;
  x: number;
  y: number;
  horizontal_accuracy_m: number;
  confidence: number;
  status_byte: number;
  nearest_city_id: number;
  nearest_city_distance_m: number;
}

async function storedRows(db: Database, now: Date): Promise<Row[]> {
  const { rows } = await db.query<Row>(sql`
    select tracker_id, reported_at, payload_hash, published_at, st_x(position::geometry) as x,
      st_y(position::geometry) as y, horizontal_accuracy_m, confidence, status_byte, nearest_city_id,
      nearest_city_distance_m
    from location_reports where received_at = ${now} order by tracker_id`);
  return rows;
}

/** The same columns, key and partitions as location_reports. */
async function createBareTable(db: Database): Promise<void> {
  await db.query(sql`create table bare_reports (like location_reports including all) partition by range (reported_at)`);
  const { rows } = await db.query<{ name: string; bounds: string }>(sql`
    select c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bounds
    from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'location_reports'::regclass`);
  for (const { name, bounds } of rows) {
    await db.query(sql`create table ${raw(`bare_${name}`)} partition of bare_reports ${raw(bounds)}`);
  }
}

const insertBare = (db: Database, rows: readonly Row[]) =>
  db.query(sql`
    insert into bare_reports
    select t, r, h, now(), p, st_point(x, y)::geography, a, c, s, n, d, null
    from unnest(${rows.map((r) => r.tracker_id)}::bigint[], ${rows.map((r) => r.reported_at)}::timestamptz[],
      ${rows.map((r) => r.payload_hash)}::bytea[], ${rows.map((r) => r.published_at)}::timestamptz[],
      ${rows.map((r) => r.x)}::float8[], ${rows.map((r) => r.y)}::float8[],
      ${rows.map((r) => r.horizontal_accuracy_m)}::smallint[], ${rows.map((r) => r.confidence)}::smallint[],
      ${rows.map((r) => r.status_byte)}::smallint[], ${rows.map((r) => r.nearest_city_id)}::integer[],
      ${rows.map((r) => r.nearest_city_distance_m)}::integer[])
      as rows (t, r, h, p, x, y, a, c, s, n, d)
    on conflict do nothing`);
