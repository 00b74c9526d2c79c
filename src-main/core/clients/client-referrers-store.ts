import sql from 'sql-template-tag';
import type { ReferrersTo } from '../platform/db/references-store.ts';

export const brandsOfClient: ReferrersTo = (id) => ({
  type: 'brand',
  plural: 'brands',
  select: sql`select id, name from brands where client_id = ${id}::bigint`,
});

export const runsOfBrand: ReferrersTo = (id) => ({
  type: 'production-run',
  plural: 'production runs',
  select: sql`select id, name from production_runs where brand_id = ${id}::bigint`,
});
