import { z } from 'zod';
import { type KekHolder, openDataKeys } from '../../keys/data-keys.ts';
import { open } from '../../keys/envelope.ts';
import { type Database, systemScope } from '../../platform/db/queryable.ts';
import { AppError } from '../../platform/errors.ts';
import { type Connect, ForbiddenAddress } from '../../platform/http/connector.ts';
import { connectorOf } from '../../platform/http/network-settings.ts';
import { RetryLater } from '../../platform/jobs/job-end.ts';
import type { JobHandler } from '../../platform/jobs/queue.ts';
import { getManufacturerExport } from '../exports/manufacturer-exports-store.ts';
import { webhookHeaders } from './webhook-signature.ts';
import { getDelivery, recordAttempt } from './webhooks-store.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Pauses between attempts, as the Standard Webhooks specification proposes: nine attempts over two days. */
export const WEBHOOK_PAUSES: readonly number[] = [
  ...[5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR],
];
const TIMEOUT_MS = 15 * SECOND;

export interface WebhookDeps {
  db: Database;
  keyring: KekHolder;
  now: () => Date;
  /** Milliseconds between attempts; when they are used up, it is given up. */
  pauses: readonly number[];
}

/** The sealed secret is bound to its row. */
export const webhookRecord = (manufacturerId: number) => ({
  table: 'manufacturer_webhooks',
  id: String(manufacturerId),
});

const inputSchema = z.object({ deliveryId: z.number().int() });

/** The job `webhook-delivery`: tells a manufacturer's system that a key order is ready; tried again with growing pauses. */
export function webhookDeliveryJob(deps: WebhookDeps): JobHandler<unknown> {
  const { db, now, pauses } = deps;
  const connect = connectorOf(db);
  return async ({ input, signal }) => {
    const { deliveryId } = inputSchema.parse(input);
    const due = await getDelivery(db, deliveryId);
    if (due.delivered) return { delivered: true, attempts: due.attempts };
    if (!due.webhook) return { delivered: false, attempts: due.attempts, reason: 'The webhook was removed.' };
    const { webhook } = due;
    const secret = await openSecret(deps, due.manufacturerId, webhook);
    const order = await db.transaction(systemScope, (tx) => getManufacturerExport(tx, due.exportId));
    const body = JSON.stringify({
      type: 'key_order.ready',
      timestamp: order.exportedAt,
      data: {
        id: order.id,
        label: order.keyBatch.name,
        format: order.format,
        keyCount: order.keyCount,
        sha256: order.sha256,
        fileName: order.fileName,
      },
    });
    const headers = webhookHeaders(secret, { id: due.messageId, at: now(), body });
    secret.fill(0);
    const { status, error } = await send(connect, webhook.url, headers, body, signal);
    signal.throwIfAborted();
    const pause = error === null ? undefined : pauses[due.attempts];
    const nextAt = pause === undefined ? null : new Date(now().getTime() + pause);
    await recordAttempt(db, deliveryId, { at: now(), status, error, nextAt });
    if (error === null) return { delivered: true, attempts: due.attempts + 1 };
    if (pause !== undefined) throw new RetryLater(pause);
    throw new AppError(
      'source-failed',
      `The manufacturer’s system could not be notified: ${error} The console stopped after ${due.attempts + 1} attempts. Check the address, and tell the manufacturer.`,
    );
  };
}

async function openSecret(
  deps: WebhookDeps,
  manufacturerId: number,
  webhook: { secret: Uint8Array; dataKeyId: number },
): Promise<Uint8Array> {
  const dataKey = (await openDataKeys(deps.db, deps.keyring, [webhook.dataKeyId])).get(webhook.dataKeyId) as Uint8Array;
  try {
    return open(dataKey, webhookRecord(manufacturerId), webhook.secret);
  } finally {
    dataKey.fill(0);
  }
}

/** Any 2xx is a receipt. A redirect is not followed: the message is meant for the address that was set. */
async function send(connect: Connect, url: string, headers: Record<string, string>, body: string, signal: AbortSignal) {
  try {
    const response = await connect(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await response.body?.cancel();
    return { status: response.status, error: response.ok ? null : `It answered with status ${response.status}.` };
  } catch (error) {
    const late = error instanceof Error && error.name === 'TimeoutError';
    if (error instanceof ForbiddenAddress) return { status: null, error: error.message };
    return { status: null, error: late ? 'It did not answer in time.' : 'It could not be reached.' };
  }
}
