import sql, { type Sql } from 'sql-template-tag';
import { z } from 'zod';
import type { Page } from '../../../../src-shared/contract/common.ts';
import {
  type ExportProfile,
  type ManufacturerExportFormat,
  wholeProfile,
} from '../../../../src-shared/contract/export-profile.ts';
import type { ManufacturerExport } from '../../../../src-shared/contract/key-batches.ts';
import { exportFileName } from '../../../../src-shared/domain/export-file-name.ts';
import { iso, isoOrNull, keyAfter, pageOf, reference } from '../../platform/db/listing.ts';
import type { Queryable } from '../../platform/db/queryable.ts';
import { notFound } from '../../platform/errors.ts';

/** Keys of a batch by id: above the first id, up to and including the second. */
export interface KeyRange {
  afterId: number;
  throughId: number;
}

export interface NewExport extends KeyRange {
  keyBatchId: number;
  manufacturerId: number | null;
  format: ManufacturerExportFormat;
  /** Null for the plain form of the format. */
  profile: ExportProfile | null;
  recipient: string;
  keyCount: number;
  /** 32 bytes */
  sha256: Uint8Array;
  exportedBy: number;
  jobId: number | null;
  /** By when its devices are promised. */
  dueDate?: string | null;
}

/** Returns the id. */
export async function insertManufacturerExport(tx: Queryable, record: NewExport, now: Date): Promise<number> {
  const { rows } = await tx.query<{ id: number }>(sql`
    insert into manufacturer_exports (key_batch_id, manufacturer_id, format, profile, skips_slashes, recipient, after_id,
      through_id, key_count, sha256, exported_by, exported_at, job_id, due_on)
    values (${record.keyBatchId}, ${record.manufacturerId}, ${record.format},
      ${record.profile && JSON.stringify(record.profile)}::jsonb, ${record.profile?.skipSlashes ?? false},
      ${record.recipient}, ${record.afterId}, ${record.throughId}, ${record.keyCount}, ${record.sha256},
      ${record.exportedBy}, ${now}, ${record.jobId}, ${record.dueDate ?? null}) returning id`);
  return rows[0]!.id;
}

interface Row {
  id: number;
  key_batch_id: number;
  key_batch_label: string;
  manufacturer_id: number | null;
  manufacturer_name: string | null;
  format: ManufacturerExportFormat;
  profile: ExportProfile | null;
  recipient: string;
  after_id: number;
  through_id: number;
  key_count: number;
  keys_per_device: number;
  manufactured_count: number;
  sha256: string;
  exported_by: string;
  exported_at: Date;
  due_on: string | null;
  acknowledged_at: Date | null;
  acknowledged_by: string | null;
}

async function select(tx: Queryable, condition: Sql, limit: number): Promise<Row[]> {
  const { rows } = await tx.query<Row>(sql`
    with page as (select * from manufacturer_exports e where ${condition} order by e.id desc limit ${limit})
    select e.id, e.key_batch_id, b.label as key_batch_label, e.manufacturer_id, m.name as manufacturer_name, e.format,
      e.profile, b.keys_per_device, e.recipient, e.after_id, e.through_id, e.key_count, encode(e.sha256, 'hex') as sha256,
      coalesce(u.username, '') as exported_by, e.exported_at, to_char(e.due_on, 'YYYY-MM-DD') as due_on, e.acknowledged_at, e.acknowledged_by,
      (select count(t.mac_address) from trackers t
        where t.key_batch_id = e.key_batch_id and t.id > e.after_id and t.id <= e.through_id
          and (not e.skips_slashes or not hash_begins_with_slash(t.hashed_advertisement_key))) as manufactured_count
    from page e join key_batches b on b.id = e.key_batch_id left join users u on u.id = e.exported_by
      left join manufacturers m on m.id = e.manufacturer_id
    order by e.id desc`);
  return rows;
}

const toExport = (row: Row): ManufacturerExport => ({
  id: row.id,
  keyBatch: { id: row.key_batch_id, name: row.key_batch_label },
  manufacturer: reference(row.manufacturer_id, row.manufacturer_name),
  format: row.format,
  profile: row.profile && wholeProfile(row.profile),
  recipient: row.recipient,
  keyCount: row.key_count,
  keysPerDevice: row.keys_per_device,
  manufacturedCount: row.manufactured_count,
  sha256: row.sha256,
  fileName: exportFileName(row.key_batch_label, `key-order-${row.id}`, row.format),
  exportedBy: row.exported_by,
  exportedAt: iso(row.exported_at),
  dueDate: row.due_on,
  acknowledgedAt: isoOrNull(row.acknowledged_at),
  acknowledgedBy: row.acknowledged_by,
});

/** A page of exports, newest first: of a batch, or of a manufacturer. */
export async function listManufacturerExports(
  tx: Queryable,
  of: { keyBatchId: number } | { manufacturerId: number },
  query: { limit: number; cursor?: string | undefined },
): Promise<Page<ManufacturerExport>> {
  const before = keyAfter(z.number().int(), query.cursor) ?? Number.MAX_SAFE_INTEGER;
  const whose =
    'keyBatchId' in of ? sql`e.key_batch_id = ${of.keyBatchId}` : sql`e.manufacturer_id = ${of.manufacturerId}`;
  const rows = await select(tx, sql`${whose} and e.id < ${before}`, query.limit + 1);
  return pageOf(rows, query.limit, toExport, (row) => row.id);
}

export type ExportWithRange = ManufacturerExport & KeyRange;

/** Throws AppError `not-found`, also for an export of another manufacturer than the one given. */
export async function getManufacturerExport(
  tx: Queryable,
  exportId: number,
  manufacturerId?: number,
): Promise<ExportWithRange> {
  const whose = manufacturerId === undefined ? sql`true` : sql`e.manufacturer_id = ${manufacturerId}`;
  const [row] = await select(tx, sql`e.id = ${exportId} and ${whose}`, 1);
  if (!row) throw notFound(manufacturerId === undefined ? 'export' : 'key order', exportId);
  return { ...toExport(row), afterId: row.after_id, throughId: row.through_id };
}

export async function updateDueDate(tx: Queryable, exportId: number, dueDate: string | null): Promise<void> {
  await tx.query(sql`update manufacturer_exports set due_on = ${dueDate} where id = ${exportId}`);
}

/** The first time counts. */
export async function acknowledgeExport(tx: Queryable, exportId: number, by: string, now: Date): Promise<void> {
  await tx.query(sql`
    update manufacturer_exports set acknowledged_at = ${now}, acknowledged_by = ${by}
    where id = ${exportId} and acknowledged_at is null`);
}

/** The export that a job has made already; null when it hasn't made one yet. */
export async function findExportOfJob(tx: Queryable, jobId: number): Promise<number | null> {
  const { rows } = await tx.query<{ id: number }>(sql`select id from manufacturer_exports where job_id = ${jobId}`);
  return rows[0]?.id ?? null;
}

/**
 * The range of an export to be made: all keys of the batch, or those above everything that was exported so far, `count`
 * of them at most. Null when there is none. With `skipSlashes` only keys that go into the file count. Plan: trackers_batch.
 */
export async function rangeToExport(
  tx: Queryable,
  keyBatchId: number,
  choice: { keys: 'all' | 'next'; count: number | null; skipSlashes: boolean },
): Promise<(KeyRange & { keyCount: number }) | null> {
  const { rows } = await tx.query<{ after_id: number; through_id: number | null; key_count: number }>(sql`
    with start as (
      select case when ${choice.keys} = 'all' then 0 else coalesce(max(through_id), 0) end as after_id
      from manufacturer_exports where key_batch_id = ${keyBatchId}),
    chosen as (
      select t.id from trackers t, start
      where t.key_batch_id = ${keyBatchId} and t.id > start.after_id
        and (not ${choice.skipSlashes} or not hash_begins_with_slash(t.hashed_advertisement_key))
      order by t.id limit ${choice.keys === 'next' ? choice.count : null}::bigint)
    select start.after_id, max(chosen.id) as through_id, count(chosen.id) as key_count
    from start left join chosen on true group by start.after_id`);
  const [row] = rows;
  if (!row || row.through_id === null) return null;
  return { afterId: row.after_id, throughId: row.through_id, keyCount: row.key_count };
}

/** The prefixes of the serial numbers that exports of this batch gave to its keys. */
export async function serialPrefixesOf(db: Queryable, keyBatchId: number): Promise<string[]> {
  const { rows } = await db.query<{ prefix: string }>(sql`
    select distinct profile->>'serialPrefix' as prefix from manufacturer_exports
    where key_batch_id = ${keyBatchId} and profile->'columns' @> '[{"field": "serialNumber"}]'
      and profile->>'serialPrefix' <> ''`);
  return rows.map(({ prefix }) => prefix);
}

/** Which address devices of these keys have on their labels, as the profile of an export says. */
export interface LabelRule extends KeyRange {
  labelKey: ExportProfile['labelKey'];
}

/** What the exports of a batch say of labels, the newest first. */
export async function labelRulesOf(db: Queryable, keyBatchId: number): Promise<LabelRule[]> {
  const { rows } = await db.query<LabelRule>(sql`
    select after_id as "afterId", through_id as "throughId", coalesce(profile->>'labelKey', 'any') as "labelKey"
    from manufacturer_exports where key_batch_id = ${keyBatchId} order by id desc`);
  return rows;
}
