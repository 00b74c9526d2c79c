import sql from 'sql-template-tag';
import type { AuditWriter } from '../platform/audit-writer.ts';
import type { Queryable, Transaction } from '../platform/db/queryable.ts';

/** The sealers of this process. Each is told of every entry: those of other databases find nothing to do. */
const told = new Set<() => void>();
const tell = () => {
  for (const listener of told) listener();
};

/** Calls `listener` after the commit of each entry that this process writes. Returns what ends that. */
export function onAppended(listener: () => void): () => void {
  told.add(listener);
  return () => told.delete(listener);
}

/** Appends an entry, without waiting for anybody. It gets its id and its hash from the sealer, after the commit. */
export const appendAudit: AuditWriter = async (tx, entry) => {
  await tx.query(sql`
    select append_audit(${entry.at}, ${entry.userId}, ${entry.username}, ${entry.action}, ${entry.resourceType ?? null},
      ${entry.resourceId === undefined ? null : String(entry.resourceId)}, ${JSON.stringify(entry.details ?? {})}::jsonb)`);
  if (isTransaction(tx)) tx.afterCommit(tell);
  else tell();
};
const isTransaction = (tx: Queryable): tx is Transaction => 'afterCommit' in tx;

/** Chains up to so many of the entries that are committed; returns how many, null while another console is at it. */
export async function sealSome(db: Queryable, most: number): Promise<number | null> {
  const { rows } = await db.query<{ sealed: number | null }>(sql`select seal_audit(${most}) as sealed`);
  return rows[0]?.sealed ?? null;
}

/** The entries that are not sealed yet: how many, when the first of them was written, and how many seconds ago. */
export async function unsealedEntries(db: Queryable): Promise<{ count: number; since: Date | null; seconds: number }> {
  const { rows } = await db.query<{ count: number; since: Date | null; seconds: number }>(sql`
    select count(*) as count, min(written_at) as since,
      coalesce(extract(epoch from clock_timestamp() - min(written_at)), 0)::float8 as seconds
    from audit_unsealed`);
  return rows[0]!;
}
