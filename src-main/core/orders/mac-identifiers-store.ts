import sql from 'sql-template-tag';
import { isBareMac, normaliseMac } from '../../../src-shared/domain/mac-address.ts';
import type { Queryable } from '../platform/db/queryable.ts';

/** The GS1 elements that have the MAC address, by the profiles of the manufacturers in use; undefined where there are none. */
export async function macIdentifiers(db: Queryable): Promise<string[] | undefined> {
  const { rows } = await db.query<{ identifier: string }>(
    sql`select distinct mac_identifier as identifier from manufacturers where archived_at is null order by 1`,
  );
  return rows.length === 0 ? undefined : rows.map(({ identifier }) => identifier);
}

/** The address in a scanned text, wherever a manufacturer says that it stands; null where there is none. */
export const scannedMac = async (tx: Queryable, text: string): Promise<string | null> =>
  isBareMac(text) ? normaliseMac(text) : normaliseMac(text, await macIdentifiers(tx));
