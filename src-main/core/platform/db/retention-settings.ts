import { type Retention, retentionSchema } from '../../../../src-shared/contract/retention.ts';
import type { Queryable } from './queryable.ts';
import { readVersionedSetting, writeSetting } from './settings-store.ts';

/** The key of `settings`. */
const KEY = 'job-retention';

export const readRetention = (db: Queryable): Promise<Retention & { version: number }> =>
  readVersionedSetting(db, KEY, retentionSchema);

export const writeRetention = (db: Queryable, change: object, now: Date): Promise<void> =>
  writeSetting(db, KEY, change, now);
