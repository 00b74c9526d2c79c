import sql from 'sql-template-tag';
import type { Queryable } from '../../platform/db/queryable.ts';

export interface OrderMark {
  id: number;
  /** Differs whenever anything of the order may differ; null where it can't be told, since pairings leave the order as it is. */
  mark: string | null;
}

/**
 * Every order that takes scans, each with the transactions that wrote its rows last: some bytes an order, where the whole
 * of it is a kilobyte and several counts. Plan: customer_orders by state, and primary keys.
 */
export async function readOrderMarks(db: Queryable): Promise<OrderMark[]> {
  const { rows } = await db.query<OrderMark>(sql`
    select o.id, case when not o.pairs_goods then concat_ws(' ', o.xmin, c.xmin, u.xmin, b.xmin, r.xmin) end as mark
    from customer_orders o join clients c on c.id = o.client_id join users u on u.id = o.created_by
      left join brands b on b.id = o.brand_id left join production_runs r on r.id = o.production_run_id
    where o.state in ('open', 'filled') and o.archived_at is null`);
  return rows;
}
