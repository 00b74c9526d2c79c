import sql from 'sql-template-tag';
import type { z } from 'zod';
import type { Queryable } from './queryable.ts';

/**
 * What is stored under a key of `settings`, as its room's schema reads it. If nothing is stored, or something that
 * isn't an object, the schema gets `{}` and fills in the defaults.
 */
export async function readSetting<S extends z.ZodType>(db: Queryable, key: string, schema: S): Promise<z.output<S>> {
  const { rows } = await db.query<{ value: unknown }>(sql`select value from settings where key = ${key}`);
  const value = rows[0]?.value;
  return schema.parse(typeof value === 'object' && value !== null ? value : {});
}

/** Stores the named fields of a setting and leaves the others as they are. Undefined ones are not named. */
export async function writeSetting(db: Queryable, key: string, changes: object, now: Date): Promise<void> {
  await db.query(sql`
    insert into settings as s (key, value, updated_at) values (${key}, ${JSON.stringify(changes)}::jsonb, ${now})
    on conflict (key) do update set value = s.value || excluded.value, updated_at = excluded.updated_at`);
}
