import { z } from 'zod';
import type { Queryable } from '../platform/db/queryable.ts';
import { readSetting, readVersionedSetting, writeSetting } from '../platform/db/settings-store.ts';
import { SIGN_IN_DAYS } from './workstation.ts';

/** The key of `settings`. */
const KEY = 'offline';
/** The same for every workstation. */
const schema = z.object({
  /** Days after the last sign-in or use while connected; 0 allows none. */
  signInDays: z.int().min(0).max(90).catch(SIGN_IN_DAYS),
});
export type OfflineSettings = z.infer<typeof schema>;

export const readOfflineSettings = (db: Queryable): Promise<OfflineSettings> => readSetting(db, KEY, schema);

/** The same with their version. */
export const readVersionedOfflineSettings = (db: Queryable): Promise<OfflineSettings & { version: number }> =>
  readVersionedSetting(db, KEY, schema);

export const writeOfflineSettings = (db: Queryable, settings: OfflineSettings, now: Date): Promise<void> =>
  writeSetting(db, KEY, settings, now);
