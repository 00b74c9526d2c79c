import sql, { type Sql } from 'sql-template-tag';
import type { PeriodWords, RunPeriodOfTracker } from '../../../src-shared/contract/run-periods.ts';
import type { Status } from '../../../src-shared/contract/status.ts';
import { clientOf, iso, ownClient } from '../platform/db/listing.ts';
import type { Queryable, Transaction } from '../platform/db/queryable.ts';

/** A period with its words, and the tracker that it belongs to. */
export interface DescribedPeriod {
  trackerId: number;
  runPeriodId: number;
  clientId: number;
  words: PeriodWords;
}

const words = sql`p.name, p.goods_reference as "goodsReference", p.tags, p.note`;

async function locked(tx: Transaction, condition: Sql): Promise<DescribedPeriod[]> {
  // As a move does, and in its order: first the trackers.
  await tx.query(sql`
    select from trackers t where t.id in (select p.tracker_id from run_periods p where ${condition})
    order by t.id for no key update`);
  const { rows } = await tx.query<PeriodWords & Omit<DescribedPeriod, 'words'>>(sql`
    select p.tracker_id as "trackerId", p.id as "runPeriodId", p.client_id as "clientId", ${words} from run_periods p
    where ${condition} order by p.tracker_id, p.id`);
  return rows.map(({ trackerId, runPeriodId, clientId, ...rest }) => ({
    trackerId,
    runPeriodId,
    clientId,
    words: rest,
  }));
}

/** Locks trackers and reads the words of their present periods; who is in no run is left out. */
export const lockPresentWords = (tx: Transaction, trackerIds: readonly number[]): Promise<DescribedPeriod[]> =>
  locked(
    tx,
    sql`p.id in (select s.run_period_id from tracker_status s where s.tracker_id = any(${[...trackerIds]}::bigint[]))
      and ${ownClient(tx, 'p.client_id')}`,
  );

/** Locks the trackers of these periods and reads their words; those that are voided or not there are left out. */
export const lockWords = (tx: Transaction, runPeriodIds: readonly number[]): Promise<DescribedPeriod[]> =>
  locked(
    tx,
    sql`p.id = any(${[...runPeriodIds]}::bigint[]) and p.voided_at is null and ${ownClient(tx, 'p.client_id')}`,
  );

/** Gives periods these words. */
export async function saveWords(
  tx: Queryable,
  periods: readonly { runPeriodId: number; words: PeriodWords }[],
): Promise<void> {
  if (periods.length === 0) return;
  const of = (value: (words: PeriodWords) => string | null) => periods.map((period) => value(period.words));
  await tx.query(sql`
    update run_periods p set name = w.name, goods_reference = w.reference, note = w.note,
      tags = array(select jsonb_array_elements_text(w.tags))
    from unnest(${periods.map((period) => period.runPeriodId)}::bigint[], ${of((w) => w.name)}::text[],
      ${of((w) => w.goodsReference)}::text[], ${of((w) => w.note)}::text[],
      ${of((w) => JSON.stringify(w.tags))}::jsonb[]) as w(id, name, reference, note, tags)
    where p.id = w.id`);
}

interface PeriodRow extends PeriodWords {
  id: number;
  version: number;
  run_id: number;
  run_name: string;
  client_id: number;
  client_name: string;
  from_at: Date | null;
  to_at: Date | null;
  is_guessed: boolean;
  last_status: Status | null;
}

/**
 * The live periods of a tracker, the latest first. A client's user sees those of their own runs, as far as the dates of
 * the run go, and nothing that is still planned. By run_periods_tracker, and status_history_live for the last status.
 */
export async function runPeriodsOf(tx: Transaction, trackerId: number, now: Date): Promise<RunPeriodOfTracker[]> {
  const isClient = clientOf(tx) !== null;
  const [from, to] = isClient
    ? [sql`greatest(p.starts_at, run_starts_at(r))`, sql`least(p.ends_at, run_ends_at(r))`]
    : [sql`p.starts_at`, sql`p.ends_at`];
  const { rows } = await tx.query<PeriodRow>(sql`
    select p.id, p.version, ${words}, r.id as run_id, r.name as run_name, c.id as client_id, c.name as client_name,
      nullif(${from}, '-infinity') as from_at,
      ${isClient ? sql`case when ${to} <= ${now} then ${to} end` : sql`nullif(${to}, 'infinity')`} as to_at,
      ${isClient ? sql`false` : sql`p.is_guessed`} as is_guessed, (
        select h.status from status_history h
        where h.tracker_id = p.tracker_id and h.run_period_id = p.id and h.superseded_at is null
          and ${ownClient(tx, 'h.client_id')}
        order by h.cause_reported_at desc, h.cause_payload_hash desc limit 1) as last_status
    from run_periods p join production_runs r on r.id = p.production_run_id join clients c on c.id = p.client_id
    where p.tracker_id = ${trackerId}::bigint and p.voided_at is null and ${ownClient(tx, 'p.client_id')}
      and ${isClient ? sql`${from} <= ${now} and ${from} < ${to}` : sql`true`}
    order by p.starts_at desc`);
  return rows.map(({ run_id, run_name, client_id, client_name, from_at, to_at, is_guessed, last_status, ...row }) => ({
    ...row,
    productionRun: { id: run_id, name: run_name },
    client: { id: client_id, name: client_name },
    from: from_at && iso(from_at),
    to: to_at && iso(to_at),
    isGuessed: is_guessed,
    lastStatus: last_status,
  }));
}

/** Gives the first periods of trackers that were just stored their words; the trackers are named by their hashed keys. */
export async function saveFirstWords(
  tx: Queryable,
  trackers: readonly { hashedKey: Uint8Array; words: PeriodWords }[],
): Promise<void> {
  if (trackers.length === 0) return;
  const { rows } = await tx.query<{ id: number; key: string }>(sql`
    select s.run_period_id as id, encode(k.hashed_advertisement_key, 'base64') as key
    from device_keys k join tracker_status s on s.tracker_id = k.tracker_id
    where k.hashed_advertisement_key = any(${trackers.map(({ hashedKey }) => hashedKey)}::bytea[])
      and s.run_period_id is not null`);
  const ofKey = new Map(rows.map(({ id, key }) => [key, id]));
  await saveWords(
    tx,
    trackers.flatMap(({ hashedKey, words: given }) => {
      const runPeriodId = ofKey.get(Buffer.from(hashedKey).toString('base64'));
      return runPeriodId === undefined ? [] : [{ runPeriodId, words: given }];
    }),
  );
}
