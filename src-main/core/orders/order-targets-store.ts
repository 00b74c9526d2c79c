import sql from 'sql-template-tag';
import { ownClient } from '../platform/db/listing.ts';
import type { Transaction } from '../platform/db/queryable.ts';

/** What an order may be for, as it is now; null where there is no such thing, or the person may not see it. */
export interface OrderTargets {
  client: { archived: boolean } | null;
  brand: { clientId: number } | null;
  productionRun: { clientId: number; brandId: number } | null;
}

/** Reads client, brand and run that an order names, in one statement. */
export async function readOrderTargets(
  tx: Transaction,
  ids: { clientId: number; brandId: number | null; productionRunId: number | null },
): Promise<OrderTargets> {
  const { rows } = await tx.query<OrderTargets>(sql`
    select
      (select json_build_object('archived', c.archived_at is not null) from clients c
        where c.id = ${ids.clientId}::bigint and ${ownClient(tx, 'c.id')}) as client,
      (select json_build_object('clientId', b.client_id) from brands b
        where b.id = ${ids.brandId}::bigint and ${ownClient(tx, 'b.client_id')}) as brand,
      (select json_build_object('clientId', r.client_id, 'brandId', r.brand_id) from production_runs r
        where r.id = ${ids.productionRunId}::bigint and ${ownClient(tx, 'r.client_id')}) as "productionRun"`);
  return rows[0]!;
}
