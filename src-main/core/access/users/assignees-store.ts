import sql from 'sql-template-tag';
import type { Queryable } from '../../platform/db/queryable.ts';

/** The staff who may sign in, by name: whom work can be given to. */
export async function listAssignees(tx: Queryable): Promise<{ id: number; name: string }[]> {
  const { rows } = await tx.query<{ id: number; name: string }>(sql`
    select id, display_name as name from users where client_id is null and disabled_at is null order by lower(display_name), id`);
  return rows;
}
