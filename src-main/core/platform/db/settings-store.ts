import sql from 'sql-template-tag';
import type { z } from 'zod';
import type { Queryable } from './queryable.ts';

/** `{ due_date: { version: 4, at, by } }`: each field's last change, as the triggers of migration 0120 keep it. */
export type FieldVersions = Record<string, { version: number; at: string; by: number | null }>;

/**
 * What is stored under a key of `settings`, as its room's schema reads it. If nothing is stored, or something that
 * isn't an object, the schema gets `{}` and fills in the defaults.
 */
export async function readSetting<S extends z.ZodType>(db: Queryable, key: string, schema: S): Promise<z.output<S>> {
  const { rows } = await db.query<{ value: unknown }>(sql`select value from settings where key = ${key}`);
  const value = rows[0]?.value;
  return schema.parse(typeof value === 'object' && value !== null ? value : {});
}

/** The same with its version, 0 where nothing is stored. */
export async function readVersionedSetting<S extends z.ZodType>(
  db: Queryable,
  key: string,
  schema: S,
): Promise<z.output<S> & { version: number }> {
  const { rows } = await db.query<{ value: unknown; version: number }>(
    sql`select value, version from settings where key = ${key}`,
  );
  const value = rows[0]?.value;
  const read = schema.parse(typeof value === 'object' && value !== null ? value : {}) as z.output<S> & object;
  return { ...read, version: rows[0]?.version ?? 0 };
}

/** The version of a setting and of its fields, locked to the end of the transaction, also where nothing is stored yet. */
export async function lockSettingVersion(
  tx: Queryable,
  key: string,
): Promise<{ version: number; field_versions: FieldVersions }> {
  await tx.query(sql`insert into settings (key, value, version) values (${key}, '{}', 0) on conflict (key) do nothing`);
  const { rows } = await tx.query<{ version: number; field_versions: FieldVersions }>(
    sql`select version, field_versions from settings where key = ${key} for update`,
  );
  return rows[0]!;
}

/** Stores the named fields of a setting and leaves the others as they are. Undefined ones are not named. */
export async function writeSetting(db: Queryable, key: string, changes: object, now: Date): Promise<void> {
  await db.query(sql`
    insert into settings as s (key, value, updated_at) values (${key}, ${JSON.stringify(changes)}::jsonb, ${now})
    on conflict (key) do update set value = s.value || excluded.value, updated_at = excluded.updated_at`);
}
