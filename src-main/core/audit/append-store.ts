import sql from 'sql-template-tag';
import type { Queryable } from '../platform/db/queryable.ts';

export interface NewAuditEntry {
  at: Date;
  userId: number | null;
  username: string | null;
  action: string;
  resourceType?: string | undefined;
  resourceId?: number | string | undefined;
  details?: Record<string, unknown> | undefined;
}

/**
 * Appends to the hash chain. Call it last in a transaction: it holds the chain's lock until the commit, so that ids and
 * hashes follow the order of commits.
 */
export async function appendAudit(tx: Queryable, entry: NewAuditEntry): Promise<void> {
  await tx.query(sql`
    select append_audit(${entry.at}, ${entry.userId}, ${entry.username}, ${entry.action}, ${entry.resourceType ?? null},
      ${entry.resourceId === undefined ? null : String(entry.resourceId)}, ${JSON.stringify(entry.details ?? {})}::jsonb)`);
}
