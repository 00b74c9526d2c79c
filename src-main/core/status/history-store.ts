import sql from 'sql-template-tag';
import type { StoredEntry } from '../../../src-shared/domain/status/history.ts';
import type { HistoryEntry } from '../../../src-shared/domain/status/types.ts';
import { epochMs, fromEpochMs } from '../platform/db/epoch.ts';
import type { Queryable } from '../platform/db/queryable.ts';
import type { ReferrersTo } from '../platform/db/references-store.ts';

interface EntryRow {
  tracker_id: number;
  id: number;
  production_run_id: number | null;
  status: HistoryEntry['status'];
  location_id: number | null;
  cause_at: number;
  cause_hash: string;
  entered_at: number;
}
type Wanted = { trackerIds: number[]; from: number[] };

const columns = sql`h.tracker_id, h.id, h.production_run_id, h.status, h.location_id,
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

/** Marks entries as replaced. They stay readable, with when and why. */
export async function supersede(tx: Queryable, entries: { id: number; reason: string }[], now: Date): Promise<void> {
  if (entries.length === 0) return;
  await tx.query(sql`
    update status_history h set superseded_at = ${now}, superseded_reason = w.reason
    from unnest(${entries.map((e) => e.id)}::bigint[], ${entries.map((e) => e.reason)}::text[]) as w(id, reason)
    where h.id = w.id`);
}

export interface NewEntry extends HistoryEntry {
  trackerId: number;
  productionRunId: number | null;
  visitId: string;
  /** When the next new entry is entered; null for the last of them. `closeEntries` sees to what lies between. */
  leftAt: number | null;
}

export async function insertEntries(tx: Queryable, entries: NewEntry[], now: Date): Promise<void> {
  if (entries.length === 0) return;
  const of = <T>(value: (entry: NewEntry) => T) => entries.map(value);
  await tx.query(sql`
    insert into status_history (tracker_id, production_run_id, visit_id, status, location_id, cause_reported_at,
      cause_payload_hash, entered_at, left_at, recorded_at)
    select tracker_id, run_id, visit_id, status, location_id, ${fromEpochMs('cause_at')}, decode(cause_hash, 'hex'),
      ${fromEpochMs('entered_at')}, ${fromEpochMs('left_at')}, ${now}
    from unnest(${of((e) => e.trackerId)}::bigint[], ${of((e) => e.productionRunId)}::bigint[],
      ${of((e) => e.visitId)}::uuid[], ${of((e) => e.status)}::text[], ${of((e) => e.locationId)}::bigint[],
      ${of((e) => e.cause.at)}::float8[], ${of((e) => e.cause.hash)}::text[], ${of((e) => e.enteredAt)}::float8[],
      ${of((e) => e.leftAt)}::float8[])
      as w(tracker_id, run_id, visit_id, status, location_id, cause_at, cause_hash, entered_at, left_at)`);
}

/** Each live entry, from the one before each tracker's time on, is left when the next is entered. */
export async function closeEntries(tx: Queryable, wanted: Wanted): Promise<void> {
  if (wanted.trackerIds.length === 0) return;
  await tx.query(sql`
    with stretch as (
      select w.tracker_id, coalesce(b.cause_reported_at, '-infinity') as since
      from unnest(${wanted.trackerIds}::bigint[], ${wanted.from}::float8[]) as w(tracker_id, from_ms)
      left join lateral (
        select h.cause_reported_at from status_history h where h.tracker_id = w.tracker_id and h.superseded_at is null
          and h.cause_reported_at < ${fromEpochMs('w.from_ms')}
        order by h.cause_reported_at desc limit 1) as b on true
    ), entry as (
      select h.id, lead(h.entered_at) over (
        partition by h.tracker_id order by h.cause_reported_at, h.cause_payload_hash) as left_at
      from stretch s join status_history h on h.tracker_id = s.tracker_id and h.superseded_at is null
        and h.cause_reported_at >= s.since
    )
    update status_history h set left_at = entry.left_at from entry
    where h.id = entry.id and h.left_at is distinct from entry.left_at`);
}

const toEntry = (row: EntryRow): StoredEntry => ({
  id: row.id,
  productionRunId: row.production_run_id,
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
