import { z } from 'zod';
import { baseMaps, type MapSettings } from '../../../src-shared/contract/map-settings.ts';
import type { Queryable } from '../platform/db/queryable.ts';
import { readSetting, readVersionedSetting, writeSetting } from '../platform/db/settings-store.ts';

/** The key of `settings`. */
const KEY = 'map';
/** Each value that is missing or makes no sense falls back to its default, without touching the others. */
const schema: z.ZodType<MapSettings> = z.object({
  baseMap: z.enum(baseMaps).catch('bundled'),
  tileUrl: z.string().nullable().catch(null),
  attribution: z.string().catch(''),
  maxZoom: z.int().min(1).max(22).catch(19),
  pmtilesFile: z.string().nullable().catch(null),
  pmtilesUrl: z.string().nullable().catch(null),
  mayTakeAreas: z.boolean().catch(false),
});

export const readMapSettings = (db: Queryable): Promise<MapSettings> => readSetting(db, KEY, schema);

/** The same with their version. */
export const readVersionedMapSettings = (db: Queryable): Promise<MapSettings & { version: number }> =>
  readVersionedSetting(db, KEY, schema);

/** Changes some of them and leaves the others. */
export const writeMapSettings = (db: Queryable, changes: Partial<MapSettings>, now: Date): Promise<void> =>
  writeSetting(db, KEY, changes, now);
