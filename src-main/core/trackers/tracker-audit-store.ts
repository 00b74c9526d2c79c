import sql from 'sql-template-tag';
import type { AuditEntry } from '../../../src-shared/contract/audit.ts';
import type { Page } from '../../../src-shared/contract/common.ts';
import { auditPage } from '../audit/audit-log-store.ts';
import type { Queryable } from '../platform/db/queryable.ts';

/**
 * Audit entries that name a tracker: as what was scanned, among those that were moved to a run, or among those that a
 * fetch was asked for. Newest first. Plan: three probes of audit_log_details, joined, then
 * the primary key.
 */
export function trackerAudit(
  tx: Queryable,
  trackerId: number,
  query: { limit: number; cursor?: string | undefined },
): Promise<Page<AuditEntry>> {
  const named = (details: object) => sql`details @> ${JSON.stringify(details)}::jsonb`;
  const names = sql`(${named({ trackerId })} or ${named({ moved: [trackerId] })} or ${named({ trackerIds: [trackerId] })})`;
  // Found first: by the order alone the planner would read the log backwards until it has a page.
  const found = sql`id = any(array(select id from audit_log where ${names}))`;
  return auditPage(tx, query, names, found);
}
