import sql from 'sql-template-tag';
import { createConsoleStatusEngine } from '../app/console-status-engine.ts';
import { type Database, type Scope, systemScope, type Transaction } from '../platform/db/queryable.ts';
import { ingest, insertFence, offset } from '../status/testing/status-world.ts';
import { insertIds, insertRun, insertTrackers, insertUser } from './company.ts';

/** A client with something of everything. Every name of theirs holds `mark`, which stands nowhere else. */
export interface MadeClient {
  mark: string;
  /** A real id for each path, query and body parameter that names a resource. */
  ids: Record<string, number>;
  trackers: { id: number; mac: string }[];
}

const HOUR = 3_600_000;
const depot = { latitude: 53.5, longitude: 9.9 };

/** Makes a client whose trackers have reports, history, aggregates, an order with scans, alerts, a user, session and token. */
export async function makeClient(db: Database, mark: string, first: number, now: Date): Promise<MadeClient> {
  const day = (days: number) => new Date(now.getTime() + days * 24 * HOUR).toISOString().slice(0, 10);
  const { clientId, brandId, runId } = await insertRun(db, mark, day(-10), day(10));
  const [keyBatchId] = await insertIds(
    db,
    sql`insert into key_batches (label, requested_count, state, created_by) values (${mark}, 2, 'ready',
      ${await insertUser(db, `${mark}-staff`, 'operations')}::bigint) returning id`,
  );
  const trackers = await insertTrackers(db, { count: 2, first, runId, keyBatchId: keyBatchId! });
  const place = offset(depot, first * 3000, 0);
  const fence = { radiusM: 100, runId };
  const storageId = await insertFence(db, { ...fence, kind: 'storage', position: place, name: `${mark} depot` });
  const shop = offset(place, 500, 0);
  const deliveryId = await insertFence(db, { ...fence, kind: 'delivery', position: shop, name: `${mark} shop` });
  await ingest(
    db,
    trackers.flatMap(({ id: trackerId }) =>
      Array.from({ length: 12 }, (_, n) => ({
        trackerId,
        at: now.getTime() - (12 - n) * HOUR,
        n,
        position: n < 6 ? place : shop,
        accuracyM: 10,
      })),
    ),
    now,
  );
  await createConsoleStatusEngine({ db, publish: () => undefined, log: () => undefined, now: () => now }).drain();
  const userId = await insertUser(db, `${mark}-viewer`, 'client-viewer', clientId);
  const trackerId = trackers[0]!.id;
  const [runPeriodId] = await insertIds(
    db,
    sql`update run_periods set name = ${mark}, goods_reference = ${mark}, tags = ${[mark]}::text[], note = ${mark}
      where tracker_id = ${trackerId}::bigint returning id`,
  );
  const [customerOrderId] = await insertIds(
    db,
    sql`insert into customer_orders (client_id, production_run_id, quantity, notes, created_by)
      values (${clientId}::bigint, ${runId}::bigint, 1, ${mark}, ${userId}::bigint) returning id`,
  );
  await db.query(sql`insert into device_allocations (customer_order_id, tracker_id, allocated_by, allocated_at)
    values (${customerOrderId!}::bigint, ${trackerId}::bigint, ${userId}::bigint, ${now})`);
  const [alertId] = await insertIds(
    db,
    sql`insert into alerts (kind, severity, tracker_id, production_run_id, client_id, raised_at, evidence_at, evidence)
      values ('battery-low', 'info', ${trackerId}::bigint, ${runId}::bigint, ${clientId}::bigint, ${now}, ${now},
        ${JSON.stringify({ mark })}::jsonb) returning id`,
  );
  const [jobId] = await insertIds(
    db,
    sql`insert into jobs (kind, state, label, created_by, created_at)
      values ('tracker-import', 'failed', ${mark}, ${userId}::bigint, ${now}) returning id`,
  );
  const [reportSourceId] = await insertIds(
    db,
    sql`insert into report_sources (name, kind, url, min_interval_seconds, max_batch_size, batch_size)
      values (${mark}, 'haystack', 'http://127.0.0.1:1/', 60, 100, 100) returning id`,
  );
  const [sessionId] = await insertIds(
    db,
    sql`insert into sessions (token_hash, user_id, created_at, last_seen_at, expires_at, user_agent)
      values (sha256(${mark}::bytea), ${userId}::bigint, ${now}, ${now}, ${now}::timestamptz + interval '1 day', ${mark})
      returning id`,
  );
  const [apiTokenId] = await insertIds(
    db,
    sql`insert into api_tokens (name, token_hash, prefix, user_id, scopes, expires_at, created_by, created_at)
      values (${mark}, sha256(${`t${mark}`}::bytea), 'tlc_', ${userId}::bigint, '{read}',
        ${now}::timestamptz + interval '1 day', ${userId}::bigint, ${now}) returning id`,
  );
  const [savedViewId] = await insertIds(
    db,
    sql`insert into saved_views (user_id, list, name, state, created_at, updated_at)
      values (${userId}::bigint, 'trackers', ${mark}, '{}', ${now}, ${now}) returning id`,
  );
  const made = {
    savedViewId,
    runPeriodId,
    keyBatchId,
    customerOrderId,
    alertId,
    jobId,
    reportSourceId,
    sessionId,
    apiTokenId,
  };
  const ids = { clientId, brandId, productionRunId: runId, trackerId, userId, storageId, deliveryId, ...made };
  return { mark, trackers, ids: ids as Record<string, number> };
}

/** Each of the two must hold by itself: the whole API is tried with either of them taken away. */
export const clientGuards: Record<string, (db: Database) => Database> = {
  'query and row level security': (db) => db,
  'the query alone': (db) => through(db, (_, work) => db.transaction(systemScope, work), true),
  'row level security alone': (db) => through(db, (scope, work) => db.transaction(scope, work), false),
};
type Run = <T>(scope: Scope, work: (tx: Transaction) => Promise<T>) => Promise<T>;
/** `keepsScope`: whether statements still know the client; if not, they are made as for staff. */
function through(db: Database, run: Run, keepsScope: boolean): Database {
  return {
    ...db,
    transaction: (scope, work) =>
      scope.kind === 'user'
        ? run(scope, (tx) => work({ ...tx, scope: keepsScope ? scope : { ...scope, clientId: null } }))
        : db.transaction(scope, work),
  };
}
