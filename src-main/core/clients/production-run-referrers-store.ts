import sql from 'sql-template-tag';
import { orderNumberSql } from '../orders/order-number.ts';
import type { Referrer } from '../platform/db/references.ts';

/** What may point at a production run, as selects for `refuseIfReferenced`. Allocations count while an undo could return a tracker to it. */
export const productionRunReferrers = (id: number): Referrer[] => [
  {
    type: 'tracker',
    plural: 'trackers',
    select: sql`select id, coalesce(upper(mac_address::text), serial_number, 'Tracker ' || id) as name
      from trackers where production_run_id = ${id}::bigint`,
  },
  {
    type: 'key-batch',
    plural: 'key batches',
    select: sql`select id, label as name from key_batches where production_run_id = ${id}::bigint`,
  },
  {
    type: 'customer-order',
    plural: 'customer orders',
    select: sql`select id, ${orderNumberSql('id')} as name from customer_orders where production_run_id = ${id}::bigint`,
  },
  {
    type: 'location',
    plural: 'locations',
    select: sql`select l.id, l.name from run_locations rl join locations l on l.id = rl.location_id
      where rl.production_run_id = ${id}::bigint`,
  },
  {
    type: 'device-allocation',
    plural: 'device allocations',
    select: sql`select id, 'Allocation in ' || ${orderNumberSql('customer_order_id')} as name from device_allocations
      where previous_production_run_id = ${id}::bigint`,
  },
  {
    type: 'status-history',
    plural: 'trackers with history',
    select: sql`select distinct tracker_id as id, 'Tracker ' || tracker_id as name from status_history
      where production_run_id = ${id}::bigint`,
  },
];
