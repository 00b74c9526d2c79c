import sql from 'sql-template-tag';
import { z } from 'zod';
import { baseMaps, type MapSettings } from '../../../src-shared/contract/map-settings.ts';
import type { Queryable } from '../platform/db/queryable.ts';

/** The row `map` of `settings`. A value that is missing or senseless falls back to its default, one by one. */
const schema: z.ZodType<MapSettings> = z.object({
  baseMap: z.enum(baseMaps).catch('bundled'),
  tileUrl: z.string().nullable().catch(null),
  attribution: z.string().catch(''),
  maxZoom: z.int().min(1).max(22).catch(19),
  pmtilesFile: z.string().nullable().catch(null),
});

export async function readMapSettings(db: Queryable): Promise<MapSettings> {
  const { rows } = await db.query<{ value: unknown }>(sql`select value from settings where key = 'map'`);
  const value = rows[0]?.value;
  return schema.parse(typeof value === 'object' && value !== null ? value : {});
}

/** Changes some of them and leaves the others. */
export async function writeMapSettings(db: Queryable, changes: Partial<MapSettings>, now: Date): Promise<void> {
  await db.query(sql`
    insert into settings as s (key, value, updated_at) values ('map', ${JSON.stringify(changes)}::jsonb, ${now})
    on conflict (key) do update set value = s.value || excluded.value, updated_at = excluded.updated_at`);
}
