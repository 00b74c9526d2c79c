import sql from 'sql-template-tag';
import type { Queryable } from '../../platform/db/queryable.ts';

/** A value that may stand in one row of a file only. */
export interface SeenValue {
  field: 'mac' | 'serial' | 'tracker' | 'key';
  value: string | number;
  row: number;
}

/** The row, other than this one, in which a value was first seen; undefined where there is none. */
export type FirstRow = (field: SeenValue['field'], value: string | number, row: number) => number | undefined;

/**
 * Remembers values in the row where they are first seen, earlier rows first, and tells those of other rows. Seeing a row
 * again changes nothing. In the database, since a file may have a million rows.
 */
export async function rememberSeen(tx: Queryable, jobId: number, seen: readonly SeenValue[]): Promise<FirstRow> {
  if (seen.length === 0) return () => undefined;
  const given = sql`unnest(${seen.map(({ field }) => field)}::text[], ${seen.map(({ value }) => String(value))}::text[],
    ${seen.map(({ row }) => row)}::int[]) with ordinality as d(field, value, row, position)`;
  await tx.query(sql`
    insert into import_seen_values (job_id, field, value, row_number)
    select ${jobId}, d.field, d.value, d.row from ${given} order by d.position
    on conflict do nothing`);
  const { rows } = await tx.query<{ field: SeenValue['field']; value: string; row: number }>(sql`
    select s.field, s.value, s.row_number as row from ${given}
    join import_seen_values s on s.job_id = ${jobId} and s.field = d.field and s.value = d.value
    where s.row_number <> d.row`);
  const first = new Map(rows.map(({ field, value, row }) => [`${field} ${value}`, row]));
  return (field, value, row) => {
    const before = first.get(`${field} ${value}`);
    return before === row ? undefined : before;
  };
}

/** Forgets what an import has seen, and what imports left that didn't come to their end. */
export async function forgetSeen(db: Queryable, jobId: number): Promise<void> {
  await db.query(sql`
    delete from import_seen_values s
    where s.job_id = ${jobId} or not exists (select from jobs j where j.id = s.job_id and j.state = 'running')`);
}
