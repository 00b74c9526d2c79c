import sql, { join, type Sql } from 'sql-template-tag';
import { AppError } from '../errors.ts';
import type { Transaction } from './queryable.ts';

/** Something that may point at a resource: its name, and a select of (id, name) of all that do. */
interface Referrer {
  type: string;
  plural: string;
  /** A select with the columns `id` and `name`. */
  select: Sql;
}

/** What one room has that may point at the resource with this id. */
export type ReferrersTo = (id: number) => Referrer;

/** As many are listed of each kind; the sentence has the whole count. */
const LISTED = 20;

/**
 * Refuses with AppError `referenced`, and the list of what refers, when anything still points at a resource. The
 * caller holds `for update` on the resource's row, which keeps new references out until the end of the transaction. `advice` says what to do instead.
 */
export async function refuseIfReferenced(
  tx: Transaction,
  what: string,
  id: number,
  referrersTo: readonly ReferrersTo[],
  advice = 'Remove those first, or archive it instead.',
): Promise<void> {
  const referrers = referrersTo.map((referrerTo) => referrerTo(id));
  const parts = referrers.map(
    (referrer, order) => sql`(select ${order}::int as kind, id, name, total from
      (select id, name, count(*) over () as total from (${referrer.select}) found order by id limit ${LISTED}) listed)`,
  );
  const { rows } = await tx.query<{ kind: number; id: number; name: string; total: number }>(
    sql`${join(parts, ' union all ')} order by kind, id`,
  );
  if (rows.length === 0) return;
  const counts = referrers.flatMap((referrer, order) => {
    const total = rows.find((row) => row.kind === order)?.total;
    return total === undefined ? [] : [`${total} ${total === 1 ? word(referrer.type) : referrer.plural}`];
  });
  throw new AppError(
    'referenced',
    `${what} can’t be deleted: ${counts.join(', ')} refer${rows.length === 1 ? 's' : ''} to it. ${advice}`,
    { references: rows.map((row) => ({ type: referrers[row.kind]!.type, id: row.id, name: row.name })) },
  );
}

const word = (type: string) => type.replaceAll('-', ' ');
