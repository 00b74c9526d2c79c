import sql from 'sql-template-tag';
import type { ReturnReason } from '../../../src-shared/contract/trackers.ts';
import type { Transaction } from '../platform/db/queryable.ts';

/** Marks trackers, which are out of any run, as out of use. Returns those that were in use. */
export async function markRetired(
  tx: Transaction,
  trackerIds: readonly number[],
  reason: ReturnReason,
  at: Date,
): Promise<number[]> {
  const { rows } = await tx.query<{ id: number }>(sql`
    update trackers set retired_at = ${at}::timestamptz, retirement_reason = ${reason}
    where id = any(${[...trackerIds]}::bigint[]) and retired_at is null returning id`);
  return rows.map(({ id }) => id);
}

/** Takes trackers into use again. Returns those that were retired. */
export async function markBroughtBack(tx: Transaction, trackerIds: readonly number[], now: Date): Promise<number[]> {
  const { rows } = await tx.query<{ id: number }>(sql`
    update trackers set retired_at = null, retirement_reason = null, brought_back_at = ${now}::timestamptz
    where id = any(${[...trackerIds]}::bigint[]) and retired_at is not null returning id`);
  return rows.map(({ id }) => id);
}

/** What the labels of retired trackers say, and why they are retired; of those that are in use, nothing. */
export async function retiredAmong(
  tx: Transaction,
  trackerIds: readonly number[],
): Promise<{ id: number; name: string; reason: ReturnReason }[]> {
  const { rows } = await tx.query<{ id: number; name: string; reason: ReturnReason }>(sql`
    select id, coalesce(upper(mac_address::text), serial_number, 'tracker ' || id) as name, retirement_reason as reason
    from trackers where id = any(${[...trackerIds]}::bigint[]) and retired_at is not null order by id`);
  return rows;
}
