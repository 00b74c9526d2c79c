import sql from 'sql-template-tag';
import type { Queryable } from '../platform/db/queryable.ts';

export interface ManufacturedDevice {
  trackerId: number;
  macAddress: string;
  serialNumber: string | null;
}

/**
 * Gives trackers their address, or a serial number to one that has this address. Returns how many; that is fewer than
 * given when one got another address meanwhile.
 */
export async function storeManufactured(
  tx: Queryable,
  devices: readonly ManufacturedDevice[],
  now: Date,
): Promise<number> {
  if (devices.length === 0) return 0;
  const { rowCount } = await tx.query(sql`
    update trackers t set mac_address = d.mac, serial_number = coalesce(d.serial, t.serial_number),
      manufactured_at = coalesce(t.manufactured_at, ${now})
    from unnest(${devices.map((d) => d.trackerId)}::bigint[], ${devices.map((d) => d.macAddress)}::macaddr[],
      ${devices.map((d) => d.serialNumber)}::text[]) as d(id, mac, serial)
    where t.id = d.id and (t.mac_address is null
      or (t.mac_address = d.mac and t.serial_number is null and d.serial is not null))`);
  return rowCount;
}
