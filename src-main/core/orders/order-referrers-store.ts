import sql from 'sql-template-tag';
import type { ReferrersTo } from '../platform/db/references-store.ts';
import { orderNumberSql } from './order-number-store.ts';

export const ordersOfClient: ReferrersTo = (id) => ({
  type: 'customer-order',
  plural: 'customer orders',
  select: sql`select id, ${orderNumberSql('id')} as name from customer_orders where client_id = ${id}::bigint`,
});

export const ordersOfBrand: ReferrersTo = (id) => ({
  type: 'customer-order',
  plural: 'customer orders',
  select: sql`select id, ${orderNumberSql('id')} as name from customer_orders where brand_id = ${id}::bigint`,
});

export const ordersOfRun: ReferrersTo = (id) => ({
  type: 'customer-order',
  plural: 'customer orders',
  select: sql`select id, ${orderNumberSql('id')} as name from customer_orders where production_run_id = ${id}::bigint`,
});
