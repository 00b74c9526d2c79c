import sql from 'sql-template-tag';
import type { SavedView } from '../../../../src-shared/contract/saved-views.ts';
import { iso } from '../../platform/db/listing.ts';
import type { Transaction } from '../../platform/db/queryable.ts';

type Row = Omit<SavedView, 'updatedAt'> & { updated_at: Date };
const columns = sql`id, version, list, name, state, updated_at`;
const toView = ({ updated_at, ...row }: Row): SavedView => ({ ...row, updatedAt: iso(updated_at) });

/** Far more views than anyone keeps. */
const MOST = 200;

/** The views of one person, by name. Row level security restricts them to `user_id` as well. */
export async function listSavedViews(tx: Transaction, userId: number, list: string): Promise<SavedView[]> {
  const { rows } = await tx.query<Row>(sql`
    select ${columns} from saved_views where user_id = ${userId}::bigint and list = ${list}
    order by lower(name) limit ${MOST}`);
  return rows.map(toView);
}

/** Null when the person has no such view. */
export async function findSavedView(tx: Transaction, userId: number, id: number): Promise<SavedView | null> {
  const { rows } = await tx.query<Row>(
    sql`select ${columns} from saved_views where id = ${id}::bigint and user_id = ${userId}::bigint`,
  );
  return rows[0] ? toView(rows[0]) : null;
}

/** Fails by the unique index `saved_views_name` if the person already has a view of that name. */
export async function insertSavedView(
  tx: Transaction,
  userId: number,
  { list, name, state }: Pick<SavedView, 'list' | 'name' | 'state'>,
  now: Date,
): Promise<SavedView> {
  const { rows } = await tx.query<Row>(sql`
    insert into saved_views (user_id, list, name, state, created_at, updated_at)
    values (${userId}::bigint, ${list}, ${name}, ${JSON.stringify(state)}::jsonb, ${now}, ${now}) returning ${columns}`);
  return toView(rows[0]!);
}

/** Null when the person has no such view. */
export async function updateSavedView(
  tx: Transaction,
  userId: number,
  id: number,
  change: { name?: string | undefined; state?: SavedView['state'] | undefined },
  now: Date,
): Promise<SavedView | null> {
  const state = change.state === undefined ? null : JSON.stringify(change.state);
  const { rows } = await tx.query<Row>(sql`
    update saved_views set name = coalesce(${change.name ?? null}, name), state = coalesce(${state}::jsonb, state),
      updated_at = ${now}
    where id = ${id}::bigint and user_id = ${userId}::bigint returning ${columns}`);
  return rows[0] ? toView(rows[0]) : null;
}

/** False when the person has no such view. */
export async function deleteSavedView(tx: Transaction, userId: number, id: number): Promise<boolean> {
  const { rowCount } = await tx.query(
    sql`delete from saved_views where id = ${id}::bigint and user_id = ${userId}::bigint`,
  );
  return rowCount > 0;
}
