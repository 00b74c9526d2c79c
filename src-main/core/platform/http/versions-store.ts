import sql, { raw } from 'sql-template-tag';
import type { FieldChange } from '../../../../src-shared/contract/problem.ts';
import type { Queryable } from '../db/queryable.ts';
import { type FieldVersions, lockSettingVersion } from '../db/settings-store.ts';

export interface RecordVersion {
  version: number;
  /** Each field's last change, the newest first. */
  changes: FieldChange[];
}

/** The field of a body that a column keeps: `due_date` is `dueDate`, `archived_at` is `archived`. */
const fieldOf = (column: string) =>
  column.replace(/_at$/, '').replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/**
 * The version of a record (`clients`, 7) or of a setting (`settings/map`, null), locked to the end of the transaction.
 * Null when there is no such record, or it isn't the caller's to see.
 */
export async function lockVersion(tx: Queryable, record: string, id: number | null): Promise<RecordVersion | null> {
  const found = await lockRow(tx, record, id);
  if (!found) return null;
  const entries = Object.entries(found.field_versions);
  const ids = entries.flatMap(([, { by }]) => by ?? []);
  const { rows } = await tx.query<{ id: number; name: string }>(
    sql`select id, display_name as name from users where id = any(${ids}::bigint[])`,
  );
  const nameOf = new Map(rows.map((user) => [user.id, user.name]));
  const changes = entries.map(([column, { version, at, by }]) => ({
    field: fieldOf(column),
    version,
    at: new Date(at).toISOString(),
    by: by === null ? null : (nameOf.get(by) ?? null),
  }));
  return { version: found.version, changes: changes.sort((a, b) => b.version - a.version) };
}

interface Row {
  version: number;
  field_versions: FieldVersions;
}

async function lockRow(tx: Queryable, record: string, id: number | null): Promise<Row | undefined> {
  const [, setting] = /^settings\/(.+)$/.exec(record) ?? [];
  if (setting !== undefined) return lockSettingVersion(tx, setting);
  // From the contract, never from a request.
  const table = record.replaceAll('-', '_');
  if (!/^[a-z_]+$/.test(table)) throw new Error(`${record} names no table`);
  const { rows } = await tx.query<Row>(
    sql`select version, field_versions from ${raw(table)} where id = ${id}::bigint for update`,
  );
  return rows[0];
}
