import sql from 'sql-template-tag';
import type { AuditWriter } from '../platform/audit-writer.ts';

/**
 * Appends to the hash chain. Call it last in a transaction: it holds the chain's lock until the commit, so that ids and
 * hashes follow the order of commits.
 */
export const appendAudit: AuditWriter = async (tx, entry) => {
  await tx.query(sql`
    select append_audit(${entry.at}, ${entry.userId}, ${entry.username}, ${entry.action}, ${entry.resourceType ?? null},
      ${entry.resourceId === undefined ? null : String(entry.resourceId)}, ${JSON.stringify(entry.details ?? {})}::jsonb)`);
};
