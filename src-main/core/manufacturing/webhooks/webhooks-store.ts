import sql from 'sql-template-tag';
import { z } from 'zod';
import type { Page } from '../../../../src-shared/contract/common.ts';
import type { WebhookDelivery } from '../../../../src-shared/contract/manufacturers.ts';
import { iso, isoOrNull, keyAfter, pageOf } from '../../platform/db/listing.ts';
import type { Queryable } from '../../platform/db/queryable.ts';
import { notFound } from '../../platform/errors.ts';

/** Sets or replaces a manufacturer's webhook. */
export async function putWebhook(
  tx: Queryable,
  webhook: { manufacturerId: number; url: string; secret: Uint8Array; dataKeyId: number },
  now: Date,
): Promise<void> {
  await tx.query(sql`
    insert into manufacturer_webhooks (manufacturer_id, url, secret, data_key_id, created_at)
    values (${webhook.manufacturerId}, ${webhook.url}, ${webhook.secret}, ${webhook.dataKeyId}, ${now})
    on conflict (manufacturer_id) do update
      set url = excluded.url, secret = excluded.secret, data_key_id = excluded.data_key_id, created_at = excluded.created_at`);
}

export const deleteWebhook = (tx: Queryable, manufacturerId: number) =>
  tx.query(sql`delete from manufacturer_webhooks where manufacturer_id = ${manufacturerId}`);

/** A message for the webhook of the export's manufacturer, to be delivered. Returns its id; null without a webhook. */
export async function insertDelivery(
  tx: Queryable,
  delivery: { exportId: number; messageId: string },
  now: Date,
): Promise<number | null> {
  const { rows } = await tx.query<{ id: number }>(sql`
    insert into webhook_deliveries (manufacturer_id, manufacturer_export_id, message_id, created_at)
    select w.manufacturer_id, e.id, ${delivery.messageId}, ${now}
    from manufacturer_exports e join manufacturer_webhooks w on w.manufacturer_id = e.manufacturer_id
    where e.id = ${delivery.exportId} returning id`);
  return rows[0]?.id ?? null;
}

/** What a delivery sends, and where to. */
export interface DueDelivery {
  manufacturerId: number;
  exportId: number;
  messageId: string;
  attempts: number;
  delivered: boolean;
  /** Null when the webhook was removed meanwhile. */
  webhook: { url: string; secret: Uint8Array; dataKeyId: number } | null;
}

/** System scope: no other role can read the secret. */
export async function getDelivery(db: Queryable, deliveryId: number): Promise<DueDelivery> {
  const { rows } = await db.query<
    Omit<DueDelivery, 'webhook'> & { url: string | null; secret: Uint8Array; dataKeyId: number }
  >(sql`
    select d.manufacturer_id as "manufacturerId", d.manufacturer_export_id as "exportId", d.message_id as "messageId",
      d.attempts, d.delivered_at is not null as delivered, w.url, w.secret, w.data_key_id as "dataKeyId"
    from webhook_deliveries d left join manufacturer_webhooks w on w.manufacturer_id = d.manufacturer_id
    where d.id = ${deliveryId}`);
  const [row] = rows;
  if (!row) throw notFound('webhook delivery', deliveryId);
  const { url, secret, dataKeyId, ...rest } = row;
  return { ...rest, webhook: url === null ? null : { url, secret, dataKeyId } };
}

/** What came of an attempt. `nextAt` is null when it was the last. */
export async function recordAttempt(
  db: Queryable,
  deliveryId: number,
  attempt: { at: Date; status: number | null; error: string | null; nextAt: Date | null },
): Promise<void> {
  const delivered = attempt.error === null ? attempt.at : null;
  await db.query(sql`
    update webhook_deliveries set attempts = attempts + 1, last_attempt_at = ${attempt.at}, last_status = ${attempt.status},
      last_error = ${attempt.error}, next_attempt_at = ${attempt.nextAt}, delivered_at = ${delivered}
    where id = ${deliveryId}`);
}

interface Row {
  id: number;
  export_id: number;
  label: string;
  attempts: number;
  last_attempt_at: Date | null;
  last_status: number | null;
  last_error: string | null;
  next_attempt_at: Date | null;
  delivered_at: Date | null;
  created_at: Date;
}

/** A page of a manufacturer's deliveries, newest first. */
export async function listDeliveries(
  tx: Queryable,
  manufacturerId: number,
  query: { limit: number; cursor?: string | undefined },
): Promise<Page<WebhookDelivery>> {
  const before = keyAfter(z.number().int(), query.cursor) ?? Number.MAX_SAFE_INTEGER;
  const { rows } = await tx.query<Row>(sql`
    select d.id, d.manufacturer_export_id as export_id, b.label, d.attempts, d.last_attempt_at, d.last_status, d.last_error,
      d.next_attempt_at, d.delivered_at, d.created_at
    from webhook_deliveries d join manufacturer_exports e on e.id = d.manufacturer_export_id
      join key_batches b on b.id = e.key_batch_id
    where d.manufacturer_id = ${manufacturerId} and d.id < ${before} order by d.id desc limit ${query.limit + 1}`);
  return pageOf(
    rows,
    query.limit,
    (row) => ({
      id: row.id,
      keyOrder: { id: row.export_id, name: row.label },
      attempts: row.attempts,
      lastAttemptAt: isoOrNull(row.last_attempt_at),
      lastStatus: row.last_status,
      lastError: row.last_error,
      nextAttemptAt: isoOrNull(row.next_attempt_at),
      deliveredAt: isoOrNull(row.delivered_at),
      createdAt: iso(row.created_at),
    }),
    (row) => row.id,
  );
}
