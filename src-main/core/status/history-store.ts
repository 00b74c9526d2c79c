import sql from 'sql-template-tag';
import { hourStart } from '../../../src-shared/domain/status/aggregate.ts';
import type { StoredEntry } from '../../../src-shared/domain/status/history.ts';
import type { StatusChange } from '../../../src-shared/domain/status/status-changes.ts';
import type { HistoryEntry } from '../../../src-shared/domain/status/types.ts';
import { epochMs, fromEpochMs } from '../platform/db/epoch.ts';
import type { Queryable } from '../platform/db/queryable.ts';
import type { ReferrersTo } from '../platform/db/references-store.ts';

interface EntryRow {
  tracker_id: number;
  id: number;
  run_period_id: number | null;
  status: HistoryEntry['status'];
  location_id: number | null;
  cause_at: number;
  cause_hash: string;
  entered_at: number;
}
type Wanted = { trackerIds: number[]; from: number[] };

const columns = sql`h.tracker_id, h.id, h.run_period_id, h.status, h.location_id,
  ${epochMs('h.cause_reported_at')} as cause_at, encode(h.cause_payload_hash, 'hex') as cause_hash,
  ${epochMs('h.entered_at')} as entered_at`;

/** Each tracker's live entry that was in force just before its time. By the index `status_history_live`. */
export async function entriesBefore(tx: Queryable, wanted: Wanted): Promise<Map<number, StoredEntry>> {
  if (wanted.trackerIds.length === 0) return new Map();
  const { rows } = await tx.query<EntryRow>(sql`
    select ${columns}
    from unnest(${wanted.trackerIds}::bigint[], ${wanted.from}::float8[]) as w(tracker_id, from_ms)
    cross join lateral (
      select * from status_history h where h.tracker_id = w.tracker_id and h.superseded_at is null
        and h.cause_reported_at < ${fromEpochMs('w.from_ms')}
      order by h.cause_reported_at desc, h.cause_payload_hash desc limit 1) as h`);
  return new Map(rows.map((row) => [row.tracker_id, toEntry(row)]));
}

/** Each tracker's live entries that were caused at its time or later, oldest first. By the index `status_history_live`. */
export async function entriesFrom(tx: Queryable, wanted: Wanted): Promise<Map<number, StoredEntry[]>> {
  if (wanted.trackerIds.length === 0) return new Map();
  const { rows } = await tx.query<EntryRow>(sql`
    select ${columns}
    from unnest(${wanted.trackerIds}::bigint[], ${wanted.from}::float8[]) as w(tracker_id, from_ms)
    cross join lateral (
      select * from status_history h where h.tracker_id = w.tracker_id and h.superseded_at is null
        and h.cause_reported_at >= ${fromEpochMs('w.from_ms')} offset 0) as h
    order by h.tracker_id, h.cause_reported_at, h.cause_payload_hash`);
  const entries = new Map<number, StoredEntry[]>();
  for (const row of rows) {
    const known = entries.get(row.tracker_id);
    if (known) known.push(toEntry(row));
    else entries.set(row.tracker_id, [toEntry(row)]);
  }
  return entries;
}

/** A change of a run's counts as a statement returns it: one tracker's entry, or what it was. */
interface CountRow {
  run_id: number | null;
  status: HistoryEntry['status'];
  /** Epoch milliseconds. */
  at: number | null;
}
const changeOf = (row: CountRow, kind: 'entered' | 'left', sign: 1 | -1): StatusChange[] =>
  row.run_id === null || row.at === null
    ? []
    : [
        {
          productionRunId: row.run_id,
          hour: hourStart(row.at),
          status: row.status,
          entered: kind === 'entered' ? sign : 0,
          left: kind === 'left' ? sign : 0,
        },
      ];

/** Marks entries as replaced. They stay readable, with when and why. Returns what no longer counts. */
export async function supersede(
  tx: Queryable,
  entries: { id: number; reason: string }[],
  now: Date,
): Promise<StatusChange[]> {
  if (entries.length === 0) return [];
  const { rows } = await tx.query<CountRow & { left_at: number | null }>(sql`
    update status_history h set superseded_at = ${now}, superseded_reason = w.reason
    from unnest(${entries.map((e) => e.id)}::bigint[], ${entries.map((e) => e.reason)}::text[]) as w(id, reason)
    where h.id = w.id
    returning h.production_run_id as run_id, h.status, ${epochMs('h.entered_at')} as at,
      ${epochMs('h.uncounted_at')} as left_at`);
  return rows.flatMap((row) => [...changeOf(row, 'entered', -1), ...changeOf({ ...row, at: row.left_at }, 'left', -1)]);
}

export interface NewEntry extends HistoryEntry {
  trackerId: number;
  productionRunId: number;
  runPeriodId: number;
  clientId: number;
  visitId: string;
}

/** `closeEntries` says when each is left. Returns what counts now. */
export async function insertEntries(tx: Queryable, entries: NewEntry[], now: Date): Promise<StatusChange[]> {
  if (entries.length === 0) return [];
  const of = <T>(value: (entry: NewEntry) => T) => entries.map(value);
  await tx.query(sql`
    insert into status_history (tracker_id, production_run_id, run_period_id, client_id, visit_id, status, location_id,
      cause_reported_at, cause_payload_hash, entered_at, recorded_at)
    select tracker_id, run_id, period_id, client_id, visit_id, status, location_id, ${fromEpochMs('cause_at')},
      decode(cause_hash, 'hex'), ${fromEpochMs('entered_at')}, ${now}
    from unnest(${of((e) => e.trackerId)}::bigint[], ${of((e) => e.productionRunId)}::bigint[],
      ${of((e) => e.runPeriodId)}::bigint[], ${of((e) => e.clientId)}::bigint[], ${of((e) => e.visitId)}::uuid[],
      ${of((e) => e.status)}::text[], ${of((e) => e.locationId)}::bigint[], ${of((e) => e.cause.at)}::float8[],
      ${of((e) => e.cause.hash)}::text[], ${of((e) => e.enteredAt)}::float8[])
      as w(tracker_id, run_id, period_id, client_id, visit_id, status, location_id, cause_at, cause_hash, entered_at)`);
  return entries.flatMap(({ productionRunId, status, enteredAt }) =>
    changeOf({ run_id: productionRunId, status, at: enteredAt }, 'entered', 1),
  );
}

/**
 * Each live entry, from the one before each tracker's time on, is left when the next of its period is entered, or when
 * the period or the run ends, whichever is first. In its run it is counted on until the tracker comes back to it.
 * Returns how the counts change.
 */
export async function closeEntries(tx: Queryable, wanted: Wanted, now: Date): Promise<StatusChange[]> {
  if (wanted.trackerIds.length === 0) return [];
  const { rows } = await tx.query<CountRow & { was: number | null }>(sql`
    with stretch as (
      select w.tracker_id, coalesce(b.cause_reported_at, '-infinity') as since
      from unnest(${wanted.trackerIds}::bigint[], ${wanted.from}::float8[]) as w(tracker_id, from_ms)
      left join lateral (
        select h.cause_reported_at from status_history h where h.tracker_id = w.tracker_id and h.superseded_at is null
          and h.cause_reported_at < ${fromEpochMs('w.from_ms')}
        order by h.cause_reported_at desc limit 1) as b on true
    ), entry as materialized (
      select h.id, h.run_period_id, h.production_run_id as run_id, h.status, h.left_at, h.uncounted_at,
        lead(h.entered_at) over (
          partition by h.tracker_id, h.run_period_id order by h.cause_reported_at, h.cause_payload_hash) as next_at
      from stretch s join status_history h on h.tracker_id = s.tracker_id and h.superseded_at is null
        and h.cause_reported_at >= s.since
    ), closed as materialized (
      select e.*, coalesce(e.next_at, case when p.ends_at < 'infinity' or run_ends_at(run) <= ${now}
          then least(p.ends_at, run_ends_at(run)) end) as closes_at,
        coalesce(e.next_at, (
          select min(o.starts_at) from run_periods o where o.tracker_id = p.tracker_id and o.voided_at is null
            and o.production_run_id = p.production_run_id and o.starts_at >= p.ends_at)) as ceases_at
      from entry e join run_periods p on p.id = e.run_period_id
        join production_runs run on run.id = p.production_run_id
    )
    update status_history h set left_at = c.closes_at, uncounted_at = c.ceases_at
    from closed c
    where h.id = c.id and (c.left_at is distinct from c.closes_at or c.uncounted_at is distinct from c.ceases_at)
    returning c.run_id, c.status, ${epochMs('c.ceases_at')} as at, ${epochMs('c.uncounted_at')} as was`);
  return rows.flatMap((row) => [...changeOf({ ...row, at: row.was }, 'left', -1), ...changeOf(row, 'left', 1)]);
}

/** What is open when its run ends is closed by the end. By the partial index `status_history_open`. */
export async function closeEndedRuns(tx: Queryable, now: Date): Promise<void> {
  await tx.query(sql`
    update status_history h set left_at = run_ends_at(r) from production_runs r
    where r.id = h.production_run_id and run_ends_at(r) <= ${now} and h.superseded_at is null and h.left_at is null`);
}

const toEntry = (row: EntryRow): StoredEntry => ({
  id: row.id,
  runPeriodId: row.run_period_id,
  status: row.status,
  locationId: row.location_id,
  cause: { at: row.cause_at, hash: row.cause_hash },
  enteredAt: row.entered_at,
});

export const historyOfRun: ReferrersTo = (id) => ({
  type: 'status-history',
  plural: 'trackers with history',
  select: sql`select distinct tracker_id as id, 'Tracker ' || tracker_id as name from status_history
    where production_run_id = ${id}::bigint`,
});
