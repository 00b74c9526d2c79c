import sql from 'sql-template-tag';
import { AppError } from '../errors.ts';
import type { Queryable } from './queryable.ts';

/**
 * Whether the role of this connection owns the schema, so that whoever takes a connection over can change it. AppError
 * `forbidden` where the role has not what a console needs.
 */
export async function readOwnRights(db: Queryable): Promise<{ owns: boolean }> {
  const { rows } = await db.query<{ role: string; owns: boolean; people: boolean; writes: boolean }>(sql`
    select session_user::text as role,
      pg_has_role(session_user, (select relowner from pg_class where oid = 'public.schema_migrations'::regclass), 'usage') as owns,
      pg_has_role(session_user, console_role('staff'), 'member') and pg_has_role(session_user, console_role('user'), 'member')
        as people,
      has_table_privilege(session_user, 'public.settings', 'update') as writes`);
  const { role, owns, people, writes } = rows[0]!;
  if (people && writes) return { owns };
  throw new AppError(
    'forbidden',
    `The role ${role} of DATABASE_URL lacks rights in this database. An administrator gives them: ` +
      '`npm run roles` prints how, and `npm run migrate` gives the rest.',
  );
}
