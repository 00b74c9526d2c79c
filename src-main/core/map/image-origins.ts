import { tileOrigin } from '../../../src-shared/contract/map-settings.ts';
import type { Database } from '../platform/db/queryable.ts';
import { readMapSettings } from './map-settings.ts';

/**
 * Where images of a page may come from besides the console itself: the tile server, while it is the base map. None
 * while the database doesn't answer: the page is still served, and says what is wrong.
 */
export async function imageOrigins(db: Database): Promise<string[]> {
  const settings = await readMapSettings(db).catch(() => null);
  if (settings?.baseMap !== 'tile-server' || settings.tileUrl === null) return [];
  const origin = tileOrigin(settings.tileUrl);
  return origin === null ? [] : [origin];
}
