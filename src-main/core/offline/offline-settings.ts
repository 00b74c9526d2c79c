import sql from 'sql-template-tag';
import { z } from 'zod';
import type { Queryable } from '../platform/db/queryable.ts';
import { SIGN_IN_DAYS } from './workstation.ts';

/** The row `offline` of `settings`: the same for every workstation. */
const schema = z.object({
  /** Days after the last sign-in or use while connected; 0 allows none. */
  signInDays: z.int().min(0).max(90).catch(SIGN_IN_DAYS),
});
export type OfflineSettings = z.infer<typeof schema>;

export async function readOfflineSettings(db: Queryable): Promise<OfflineSettings> {
  const { rows } = await db.query<{ value: unknown }>(sql`select value from settings where key = 'offline'`);
  const value = rows[0]?.value;
  return schema.parse(typeof value === 'object' && value !== null ? value : {});
}

export async function writeOfflineSettings(db: Queryable, settings: OfflineSettings, now: Date): Promise<void> {
  await db.query(sql`
    insert into settings (key, value, updated_at) values ('offline', ${JSON.stringify(settings)}::jsonb, ${now})
    on conflict (key) do update set value = excluded.value, updated_at = excluded.updated_at`);
}
