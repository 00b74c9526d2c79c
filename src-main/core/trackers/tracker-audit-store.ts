import sql from 'sql-template-tag';
import { z } from 'zod';
import type { AuditEntry } from '../../../src-shared/contract/audit.ts';
import type { Page } from '../../../src-shared/contract/common.ts';
import { allOf, ifGiven, iso, keyAfter, pageOf } from '../platform/db/listing.ts';
import type { Queryable } from '../platform/db/queryable.ts';

type Row = Omit<AuditEntry, 'at'> & { at: Date };

/**
 * Audit entries that name a tracker: as what was scanned, among those that were moved to a run, or among those that a
 * fetch was asked for. Newest first. Plan: three probes of audit_log_details, joined, then
 * the primary key.
 */
export async function trackerAudit(
  tx: Queryable,
  trackerId: number,
  query: { limit: number; cursor?: string | undefined },
): Promise<Page<AuditEntry>> {
  const named = (details: object) => sql`details @> ${JSON.stringify(details)}::jsonb`;
  const { rows } = await tx.query<Row>(sql`
    select id, at, actor, (select u.display_name from users u where u.id = actor_user_id) as "actorName", action, resource_type as "resourceType", resource_id as "resourceId", details,
      encode(hash, 'hex') as hash
    from audit_log where ${allOf(
      // Found first: by the order alone the planner would read the log backwards until it has a page.
      sql`id = any(array(select id from audit_log
        where ${named({ trackerId })} or ${named({ moved: [trackerId] })} or ${named({ trackerIds: [trackerId] })}))`,
      ifGiven(keyAfter(z.number().int(), query.cursor), (before) => sql`id < ${before}`),
    )} order by id desc limit ${query.limit + 1}`);
  return pageOf(
    rows,
    query.limit,
    (row) => ({ ...row, at: iso(row.at) }),
    (row) => row.id,
  );
}
