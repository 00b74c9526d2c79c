import { randomBytes } from 'node:crypto';
import sql from 'sql-template-tag';
import { claimEntries } from '../../src-main/core/fetching/claim-entries.ts';
import { readFetcherSettings } from '../../src-main/core/fetching/fetcher-settings.ts';
import { SeenPayloads } from '../../src-main/core/fetching/ingest/seen-payloads.ts';
import { storeAnswer } from '../../src-main/core/fetching/ingest/store-answer.ts';
import { createMemorySchedule } from '../../src-main/core/fetching/schedule/memory-schedule.ts';
import { createRedisSchedule } from '../../src-main/core/fetching/schedule/redis/redis-schedule.ts';
import type { FetchSchedule } from '../../src-main/core/fetching/schedule/schedule.ts';
import { type Outcome, settleOutcomes } from '../../src-main/core/fetching/settle-outcomes.ts';
import { parseOlderAnswer } from '../../src-main/core/fetching/sources/answers.ts';
import { sourceLuaFolder } from '../../src-main/core/fetching/testing/lua-folder.ts';
import type { KekHolder } from '../../src-main/core/keys/data-keys.ts';
import { p224Engine } from '../../src-main/core/keys/p224/load-engine.ts';
import { randomScalars } from '../../src-main/core/keys/p224/p224.ts';
import type { Database } from '../../src-main/core/platform/db/queryable.ts';
import { insertRun, insertTrackers } from '../../src-main/core/testing/company.ts';
import { testEngines } from '../../src-main/core/testing/database.ts';
import {
  insertFurtherKeys,
  insertKek,
  insertKeyedTrackers,
  type KeyedTracker,
} from '../../src-main/core/testing/keyed-trackers.ts';
import { redisForTests } from '../../src-main/core/testing/redis.ts';
import { servers } from '../../src-main/core/testing/servers.ts';
import { encryptUploads } from '../../src-main/demo/simulator/finder-phone.ts';
import { encodePlaintext } from '../../src-shared/domain/find-my/plaintext.ts';
import { type Figure, median, more } from './figure.ts';

/** Device keys of either fleet; `BENCH_KEYS` makes it smaller. */
const KEYS = Number(process.env.BENCH_KEYS ?? 1_000_000);
const SEVERAL = 10;
/** Keys of an ask, asks that are measured, and reports of an answer. */
const ASKED = 250;
const ASKS = 60;
const REPORTS = 60;
/** Trackers whose keys are real, so that their reports open. They are due first. */
const HEARD = 100;
const DAY_MS = 86_400_000;
const PAGE = 10_000;

/**
 * A fleet of devices with ten keys each beside one of as many keys with a device each: filling the schedule, and asks
 * from the claim to stored reports and settled trackers. What is counted are keys: that is what a source is asked for.
 */
export async function figures(): Promise<Figure[]> {
  const engine = testEngines().find(({ name }) => name === 'postgresql');
  if (!engine) {
    console.log('  left out: no PostgreSQL');
    return [];
  }
  const single = await fleet(engine, 1);
  const several = await fleet(engine, SEVERAL);
  const of = `${(KEYS / SEVERAL).toLocaleString('en')} trackers with ${SEVERAL} keys`;
  const beside = (value: number) => ({ name: `${KEYS.toLocaleString('en')} single ones`, value });
  return [
    more(`${of}: scheduled`, 'keys/s', several.scheduled, beside(single.scheduled)),
    more(`${of}: claimed, asked and settled`, 'keys/s', several.asked, beside(single.asked)),
    more(`${of}: reports stored meanwhile`, 'reports/s', several.reports, beside(single.reports)),
  ];
}

async function fleet(engine: ReturnType<typeof testEngines>[number], keysEach: number) {
  const { db, close } = await engine.create();
  const redis = servers.hasRedis() ? await redisForTests() : null;
  const schedule = redis
    ? createRedisSchedule({ url: redis.url, luaFolder: sourceLuaFolder(), name: `bench-${crypto.randomUUID()}` })
    : createMemorySchedule();
  try {
    const now = new Date();
    const kek = await insertKek(db);
    const heard = await seed(db, kek, keysEach);
    const [source] = (
      await db.query<{
        id: number;
      }>(sql`insert into report_sources (name, kind, url, min_interval_seconds, max_batch_size,
        batch_size) values ('Bench', 'haystack', 'http://127.0.0.1:1', 0, 256, 256) returning id`)
    ).rows;
    await db.query(sql`select ensure_location_report_partitions(${new Date(+now - 8 * DAY_MS)}, ${now})`);
    await db.query(sql`analyze`);
    const started = performance.now();
    await fill(db, schedule, now);
    const scheduled = (1000 * KEYS) / (performance.now() - started);
    const times: number[] = [];
    const seen = new SeenPayloads();
    const payloads = answers(heard, now);
    for (let ask = 0; ask < ASKS; ask++) {
      const text = payloads[ask]!;
      const before = performance.now();
      const stored = await askOnce({ db, schedule, kek, seen, sourceId: source!.id, keysEach, now }, text, heard);
      times.push(performance.now() - before);
      if (stored !== REPORTS) throw new Error(`${stored} of ${REPORTS} reports were stored`);
    }
    return { scheduled, asked: (1000 * ASKED) / median(times), reports: (1000 * REPORTS) / median(times) };
  } finally {
    await schedule.close();
    await redis?.close();
    await close();
  }
}

/** Trackers of an active run with so many keys each; the keys of the first are real, the others' only look like it. */
async function seed(db: Database, kek: KekHolder, keysEach: number): Promise<KeyedTracker[]> {
  const { runId } = await insertRun(db, 'Bench', '2020-01-01', '2099-01-01');
  const heard = await insertKeyedTrackers(db, kek, { count: HEARD, runId });
  const further: KeyedTracker[] = [];
  if (keysEach > 1) for (const { id } of heard) further.push(...(await insertFurtherKeys(db, kek, id, keysEach - 1)));
  const count = KEYS / keysEach - HEARD;
  for (let first = 1; first <= count; first += PAGE)
    await insertTrackers(db, { count: Math.min(PAGE, count - first + 1), first, runId });
  if (keysEach > 1)
    await db.query(sql`
      insert into device_keys (tracker_id, number, advertisement_key, hashed_advertisement_key, private_key, data_key_id,
        broadcast_address)
      select t.id, n, key, sha256(key), t.private_key, t.data_key_id, t.broadcast_address
      from trackers t cross join generate_series(2, ${keysEach}::int) n
        cross join lateral (select sha224((t.id || ' ' || n)::bytea) as key) k
      where t.id > ${heard.at(-1)!.id}`);
  return [...heard, ...further];
}

/** As the queue is filled from the database: all due, by id. */
async function fill(db: Database, schedule: FetchSchedule, now: Date): Promise<void> {
  for (let afterId = 0; ; ) {
    const { rows } = await db.query<{ id: number }>(
      sql`select id from trackers where id > ${afterId}::bigint order by id limit ${PAGE}`,
    );
    if (rows.length === 0) return;
    await schedule.add(rows.map(({ id }, n) => ({ trackerId: id, dueAt: +now - DAY_MS + n, factor: 1 })));
    afterId = rows.at(-1)!.id;
  }
}

/** The texts of answers: each of new reports of the keys that are heard. */
function answers(heard: readonly KeyedTracker[], now: Date): string[] {
  return Array.from({ length: ASKS }, (_, ask) => {
    const keys = Array.from({ length: REPORTS }, (_, n) => heard[(ask * REPORTS + n) % heard.length]!);
    const uploads = keys.map(({ advertisementKey }, n) => ({
      advertisementKey,
      plaintext: encodePlaintext({ latitude: 47 + n / 1e3, longitude: 8, horizontalAccuracyM: 20, statusByte: 0 }),
      ephemeralScalar: randomScalars(1, randomBytes),
      timestampMs: +now - DAY_MS - (ask * REPORTS + n) * 60_000,
      confidence: 2,
      length: 88 as const,
    }));
    const results = encryptUploads(p224Engine(), uploads).map((payload, n) => ({
      ...{ id: keys[n]!.hashedKey, payload: Buffer.from(payload).toString('base64') },
      ...{ datePublished: +now, description: 'found', statusCode: 0 },
    }));
    return JSON.stringify({ results, statusCode: '200' });
  });
}

interface Turn {
  db: Database;
  schedule: FetchSchedule;
  kek: KekHolder;
  seen: SeenPayloads;
  sourceId: number;
  keysEach: number;
  now: Date;
}

/** Claims trackers with so many keys, stores an answer, and settles them. Returns how many reports were stored. */
async function askOnce(turn: Turn, text: string, heard: readonly KeyedTracker[]): Promise<number> {
  const { db, schedule, kek, seen, sourceId, keysEach, now } = turn;
  const deps = { db, schedule, now: () => now };
  const { claims, entries } = await claimEntries(deps, {
    ...{ limit: ASKED, keysEach, leaseMs: 600_000, soonMs: 0, company: false, sourceId, news: null, closing: false },
    age: { from: new Date(+now - 7 * DAY_MS), now },
  });
  const keys = entries.reduce((sum, { open }) => sum + open.length, 0);
  if (keys !== ASKED) throw new Error(`${keys} keys were claimed of ${ASKED}`);
  const answer = parseOlderAnswer(JSON.parse(text), { who: 'apple', hasLogin: true });
  if (answer.kind !== 'reports') throw new Error('the answer was not understood');
  const trackerOf = new Map(heard.map((tracker) => [tracker.hashedKey, tracker.id]));
  const storing = { deps: { db, engine: p224Engine(), now: () => now }, keys: kek, maxReportAgeDays: 7, cap: null };
  const context = { ...storing, sourceId, requestId: crypto.randomUUID(), seen };
  const { stored } = await storeAnswer(context, { from: +now - 7 * DAY_MS, to: +now }, answer, trackerOf);
  const claimOf = new Map(claims.map((claim) => [claim.trackerId, claim]));
  const outcomes = entries.map((entry): Outcome => {
    return { entry, result: 'kept', claim: claimOf.get(entry.trackerId)!, note: null };
  });
  await settleOutcomes(deps, await readFetcherSettings(db), { id: sourceId, name: 'Bench', blind: false }, outcomes);
  return stored;
}
