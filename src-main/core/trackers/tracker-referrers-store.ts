import sql from 'sql-template-tag';
import type { ReferrersTo } from '../platform/db/references-store.ts';

/** The trackers that are or were in a location. */
export const trackersOfLocation: ReferrersTo = (id) => ({
  type: 'tracker',
  plural: 'trackers',
  select: sql`select t.id, coalesce(upper(t.mac_address::text), t.serial_number, 'Tracker ' || t.id) as name
    from trackers t where t.id in (select tracker_id from tracker_status where location_id = ${id}::bigint
      union select tracker_id from status_history where location_id = ${id}::bigint)`,
});
