import sql from 'sql-template-tag';
import type { Queryable } from '../platform/db/queryable.ts';

/**
 * Of these recovery kits, those whose newest entry says that they were deleted, and is older than `before`. One whose
 * deletion failed is not among them: a person was told. Reads index audit_log_action.
 */
export async function recordedKitDeletions(db: Queryable, names: readonly string[], before: Date): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(sql`
    select name from (
      select distinct on (details->>'recoveryKit') details->>'recoveryKit' as name, at, details->>'outcome' as outcome
      from audit_entries
      where action = 'keys.recovery-kit-delete' and details->>'recoveryKit' = any(${names})
      order by details->>'recoveryKit', sequence desc) newest
    where at < ${before} and outcome is distinct from 'failed'`);
  return rows.map(({ name }) => name);
}
