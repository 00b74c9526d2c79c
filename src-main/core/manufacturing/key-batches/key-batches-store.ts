import sql, { type Sql } from 'sql-template-tag';
import type { Page } from '../../../../src-shared/contract/common.ts';
import type { KeyBatch, keyBatchSorts } from '../../../../src-shared/contract/key-batches.ts';
import { iso, pageOf, reference } from '../../platform/db/listing.ts';
import type { Queryable } from '../../platform/db/queryable.ts';
import type { ReferrersTo } from '../../platform/db/references-store.ts';
import { type SortColumn, type Sorting, sortingBy } from '../../platform/db/sorting.ts';
import { notFound } from '../../platform/errors.ts';

type KeyBatchSort = (typeof keyBatchSorts)[number];

interface Row {
  id: number;
  label: string;
  state: KeyBatch['state'];
  requested_count: number;
  keys_per_device: number;
  firmware: KeyBatch['firmware'];
  production_run_id: number | null;
  production_run_name: string | null;
  exported: number;
  missing: number;
  overdue: number;
  extra: number;
  generated: number;
  manufactured: number;
  allocated: number;
  job_id: number | null;
  is_stopped: boolean;
  created_by: string;
  created_at: Date;
  sort_value: string | null;
}

/**
 * Whether tracker `t` of batch `b` is in any export of it. The many records of one file downloaded again and again count
 * as one range.
 */
const inExport = (which: Sql) => sql`exists (
  select from (
    select distinct after_id, through_id, skips_slashes from manufacturer_exports where key_batch_id = b.id and ${which}) e
  where t.id > e.after_id and t.id <= e.through_id
    and (not e.skips_slashes or not hash_begins_with_slash(t.hashed_advertisement_key)))`;
const wasExported = inExport(sql`true`);

/** Keys of batch `b` are missing, and its job is over or gone. */
const isStopped = sql`b.state <> 'ready'
  and not exists (select from jobs j where j.id = b.job_id and j.state in ('queued', 'running'))`;

/** How many trackers of batch `b` there are, as they are counted. */
const counted = (which: Sql): Sql =>
  sql`(select coalesce(sum(n.trackers), 0)::bigint from tracker_counts n where n.key_batch_id = b.id and ${which})`;
const generated = counted(sql`true`);
const manufactured = counted(sql`n.is_made`);
const allocated = counted(sql`n.is_allocated`);
const extra = sql`(select count(*) from unexpected_devices d where d.key_batch_id = b.id)`;
const missing = sql`(case when b.exported_count = 0 then 0
  when b.exported_count >= ${generated} then ${generated} - ${manufactured}
  else (select count(*) from trackers t where t.key_batch_id = b.id and t.mac_address is null and ${wasExported}) end)`;

/**
 * Of these, those of which the last day promised is over. The trackers are looked at only where some of the exports are
 * late and others aren't.
 */
const overdue = (today: string): Sql => {
  const exportsThat = (which: Sql) =>
    sql`exists (select from manufacturer_exports e where e.key_batch_id = b.id and ${which})`;
  return sql`(case when not ${exportsThat(sql`e.due_on < ${today}::date`)} then 0
    when not ${exportsThat(sql`(e.due_on is null or e.due_on >= ${today}::date)`)} then ${missing}
    else (select count(*) from trackers t where t.key_batch_id = b.id and t.mac_address is null
      and ${inExport(sql`due_on < ${today}::date`)} and not ${inExport(sql`due_on >= ${today}::date`)}) end)`;
};

const sortColumns = {
  label: { by: sql`lower(b.label)`, type: 'text' },
  state: { by: sql`b.state`, type: 'text' },
  requested: { by: sql`b.requested_count`, type: 'bigint' },
  exported: { by: sql`b.exported_count`, type: 'bigint' },
  generated: { by: generated, type: 'bigint' },
  manufactured: { by: manufactured, type: 'bigint' },
  allocated: { by: allocated, type: 'bigint' },
  missing: { by: missing, type: 'bigint' },
  extra: { by: extra, type: 'bigint' },
  run: { by: sql`(select lower(r.name) from production_runs r where r.id = b.production_run_id)`, type: 'text' },
  createdBy: { by: sql`(select lower(u.username) from users u where u.id = b.created_by)`, type: 'text' },
  createdAt: { by: sql`b.id`, type: 'bigint' },
} satisfies Record<string, SortColumn>;
const sorted = (sort: KeyBatchSort, cursor?: string) => sortingBy(sortColumns, sql`b.id`, sort, cursor);

async function select(tx: Queryable, now: Date, condition: Sql, sorting: Sorting, limit: number): Promise<Row[]> {
  const { rows } = await tx.query<Row>(sql`
    with page as (
      select b.*, ${sorting.value}, ${sorting.place} from key_batches b where ${condition} ${sorting.order} limit ${limit})
    select b.id, b.label, b.state, b.requested_count, b.keys_per_device, b.firmware, b.production_run_id,
      r.name as production_run_name, b.job_id, ${isStopped} as is_stopped, u.username as created_by, b.created_at, b.sort_value,
      ${generated} as generated, ${manufactured} as manufactured, b.exported_count as exported,
      ${missing} as missing, ${overdue(now.toISOString().slice(0, 10))} as overdue, ${extra} as extra, ${allocated} as allocated
    from page b join users u on u.id = b.created_by left join production_runs r on r.id = b.production_run_id
    order by b.place`);
  return rows;
}

function toKeyBatch(row: Row): KeyBatch {
  return {
    id: row.id,
    label: row.label,
    state: row.state,
    productionRun: reference(row.production_run_id, row.production_run_name),
    keysPerDevice: row.keys_per_device,
    firmware: row.firmware,
    counts: {
      requested: row.requested_count,
      generated: row.generated,
      exported: row.exported,
      manufactured: row.manufactured,
      allocated: row.allocated,
      missing: row.missing,
      overdue: row.overdue,
      extra: row.extra,
    },
    jobId: row.job_id,
    canStartAgain: row.is_stopped,
    createdBy: row.created_by,
    createdAt: iso(row.created_at),
  };
}

/** A page of key batches, newest first unless sorted otherwise. */
export async function listKeyBatches(
  tx: Queryable,
  now: Date,
  query: { limit: number; cursor?: string | undefined; sort?: KeyBatchSort | undefined },
): Promise<Page<KeyBatch>> {
  const sorting = sorted(query.sort ?? '-createdAt', query.cursor);
  const rows = await select(tx, now, sorting.after ?? sql`true`, sorting, query.limit + 1);
  return pageOf(rows, query.limit, toKeyBatch, sorting.key);
}

export async function getKeyBatch(tx: Queryable, now: Date, keyBatchId: number): Promise<KeyBatch> {
  const [row] = await select(tx, now, sql`b.id = ${keyBatchId}`, sorted('-createdAt'), 1);
  if (!row) throw notFound('key batch', keyBatchId);
  return toKeyBatch(row);
}

/** Returns the id. */
export async function insertKeyBatch(
  tx: Queryable,
  batch: {
    label: string;
    count: number;
    keysPerDevice: number;
    productionRunId: number | null;
    firmware?: KeyBatch['firmware'];
    createdBy: number;
  },
  now: Date,
): Promise<number> {
  const { rows } = await tx.query<{ id: number }>(sql`
    insert into key_batches (label, requested_count, keys_per_device, production_run_id, firmware, created_by, created_at)
    values (${batch.label}, ${batch.count}, ${batch.keysPerDevice}, ${batch.productionRunId}, ${batch.firmware ?? null}, ${batch.createdBy}, ${now}) returning id`);
  return rows[0]!.id;
}

export async function setKeyBatchJob(tx: Queryable, keyBatchId: number, jobId: number): Promise<void> {
  await tx.query(sql`update key_batches set job_id = ${jobId} where id = ${keyBatchId}`);
}

/** Lets a batch that lacks keys be made again; false when it has them all, or when they are being made. */
export async function reopenKeyBatch(tx: Queryable, keyBatchId: number): Promise<boolean> {
  const { rowCount } = await tx.query(sql`
    update key_batches b set state = 'generating' where b.id = ${keyBatchId} and ${isStopped}`);
  return rowCount === 1;
}

/** Ends the generation, unless it has ended already. */
export async function endKeyBatch(tx: Queryable, keyBatchId: number, state: 'ready' | 'cancelled'): Promise<void> {
  await tx.query(sql`update key_batches set state = ${state} where id = ${keyBatchId} and state = 'generating'`);
}

/** Says which firmware the devices of a batch have. */
export async function updateFirmware(tx: Queryable, keyBatchId: number, firmware: KeyBatch['firmware']): Promise<void> {
  await tx.query(sql`update key_batches set firmware = ${firmware} where id = ${keyBatchId}`);
}

/** Counts anew how many different keys of the batch have been exported, and remembers when the first were. */
export async function countExported(tx: Queryable, keyBatchId: number, now: Date): Promise<void> {
  await tx.query(sql`
    update key_batches b set first_exported_at = coalesce(first_exported_at, ${now}),
      exported_count = (select count(*) from trackers t where t.key_batch_id = b.id and ${wasExported})
    where b.id = ${keyBatchId}`);
}

export const batchesOfRun: ReferrersTo = (id) => ({
  type: 'key-batch',
  plural: 'key batches',
  select: sql`select id, label as name from key_batches where production_run_id = ${id}::bigint`,
});
