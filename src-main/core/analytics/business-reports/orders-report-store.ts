import sql from 'sql-template-tag';
import { isLate } from '../../orders/late-orders-store.ts';
import { orderNumberSql } from '../../orders/order-number-store.ts';
import { allOf, ifGiven, ownClient } from '../../platform/db/listing.ts';
import { defineReport, withinLimit } from './report-definition.ts';
import { scopeEnd, scopeStart } from './report-scope-store.ts';

interface OrderRow {
  key: number;
  number: string;
  client: string;
  run: string | null;
  state: string;
  due_date: string | null;
  late: boolean;
  quantity: number;
  allocated: number;
  delivered: number;
  zone: string;
}

/** Each order that is due within the scope's time, with what of it was allocated and delivered; without a time, all. */
export const orderList = defineReport<OrderRow>({
  rowsOf: 'orders',
  columns: [
    { id: 'order', type: 'text', cell: (row) => row.number },
    { id: 'client', type: 'text', cell: (row) => row.client },
    { id: 'production_run', type: 'text', cell: (row) => row.run },
    { id: 'order_state', type: 'text', cell: (row) => row.state },
    { id: 'due_date', type: 'date', cell: (row) => row.due_date },
    { id: 'late', type: 'flag', cell: (row) => row.late },
    { id: 'ordered', type: 'integer', cell: (row) => row.quantity },
    { id: 'allocated', type: 'integer', cell: (row) => row.allocated },
    { id: 'delivered', type: 'integer', cell: (row) => row.delivered },
  ],
  async read(tx, { scope, now, after, limit }) {
    const { rows } = await tx.query<OrderRow>(sql`
      select o.id as key, ${orderNumberSql('o.id')} as number, c.name as client, r.name as run, o.state, o.due_date::text as due_date,
        coalesce(${isLate(now)}, false) as late, o.quantity, o.allocated_count as allocated, o.delivered_count as delivered,
        coalesce(r.time_zone, 'UTC') as zone
      from order_progress o join clients c on c.id = o.client_id left join production_runs r on r.id = o.production_run_id
      where o.id > ${after}::bigint and ${ownClient(tx, 'o.client_id')} and ${allOf(
        ifGiven(scope.clientId, (id) => sql`o.client_id = ${id}::bigint`),
        ifGiven(scope.productionRunId, (id) => sql`o.production_run_id = ${id}::bigint`),
      )}
        and coalesce((o.due_date + 1)::timestamp at time zone coalesce(r.time_zone, 'UTC') > ${scopeStart(scope)}
          and o.due_date::timestamp at time zone coalesce(r.time_zone, 'UTC') < ${scopeEnd(scope)},
          ${scopeStart(scope)} = '-infinity' and ${scopeEnd(scope)} = 'infinity')
      order by o.id limit ${limit + 1}`);
    return withinLimit(rows, limit);
  },
});
