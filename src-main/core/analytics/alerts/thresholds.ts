import { defaultThresholds, type Thresholds, thresholdsSchema } from '../../../../src-shared/contract/alerts.ts';
import type { Queryable } from '../../platform/db/queryable.ts';
import { readSetting, readVersionedSetting, writeSetting } from '../../platform/db/settings-store.ts';
import { queueFoldedForAnalysis } from './analysed-trackers-store.ts';

/** The key of `settings`. */
const KEY = 'analytics-thresholds';
/** What isn't stored has its default; one senseless value puts all of them back. */
const schema = thresholdsSchema
  .partial()
  .catch({})
  .transform((stored): Thresholds => thresholdsSchema.parse({ ...defaultThresholds, ...stored }));

/** The thresholds of deliveries and alerts, read at every step, so that a change needs no restart. */
export const readThresholds = (db: Queryable): Promise<Thresholds> => readSetting(db, KEY, schema);

/** The same with their version. */
export const readVersionedThresholds = (db: Queryable): Promise<Thresholds & { version: number }> =>
  readVersionedSetting(db, KEY, schema);

/** Changes some thresholds, and has every tracker's deliveries and alerts worked out again by them. */
export async function changeThresholds(
  tx: Queryable,
  changes: { [K in keyof Thresholds]?: Thresholds[K] | undefined },
  now: Date,
): Promise<Thresholds & { version: number }> {
  await writeSetting(tx, KEY, changes, now);
  await queueFoldedForAnalysis(tx, now);
  return readVersionedThresholds(tx);
}
