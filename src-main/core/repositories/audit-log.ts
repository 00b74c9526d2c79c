import sql from 'sql-template-tag';
import { z } from 'zod';
import type { Page } from '../../../src-shared/contract/common.ts';
import type { auditEntrySchema } from '../../../src-shared/contract/system.ts';
import type { Queryable } from '../db/queryable.ts';
import { after, all, iso, pageOf, when } from './listing.ts';

type AuditEntry = z.infer<typeof auditEntrySchema>;
type Row = Omit<AuditEntry, 'at'> & { at: Date };

/** A page of the audit log, newest first. */
export async function listAuditEntries(
  tx: Queryable,
  query: { limit: number; cursor?: string | undefined; action?: string | undefined },
): Promise<Page<AuditEntry>> {
  const condition = all(
    when(query.action, (action) => sql`action = ${action}`),
    when(after(z.number().int(), query.cursor), (before) => sql`id < ${before}`),
  );
  const { rows } = await tx.query<Row>(sql`
    select id, at, actor, action, resource_type as "resourceType", resource_id as "resourceId", details,
      encode(hash, 'hex') as hash
    from audit_log where ${condition} order by id desc limit ${query.limit + 1}`);
  return pageOf(
    rows,
    query.limit,
    (row) => ({ ...row, at: iso(row.at) }),
    (row) => row.id,
  );
}

/**
 * Walks the chain: each entry's hash is computed again, must be named by the next one, and no id may be missing. What
 * was cut off at the end can't be seen from within; compare `entries` with an earlier count.
 */
export async function verifyAuditLog(
  tx: Queryable,
): Promise<{ ok: boolean; entries: number; firstBrokenId: number | null }> {
  const { rows } = await tx.query<{ entries: number; first_broken: number | null }>(sql`
    select count(*) as entries, min(id) filter (where broken) as first_broken
    from (
      select l.id,
        l.hash is distinct from audit_hash(l)
          or l.previous_hash is distinct from lag(l.hash, 1, decode(repeat('00', 32), 'hex')) over (order by l.id)
          or l.id <> lag(l.id, 1, 0::bigint) over (order by l.id) + 1 as broken
      from audit_log l) walked`);
  const { entries, first_broken: firstBrokenId } = rows[0] ?? { entries: 0, first_broken: null };
  return { ok: firstBrokenId === null, entries, firstBrokenId };
}
