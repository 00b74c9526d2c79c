import sql from 'sql-template-tag';
import { z } from 'zod';
import type { Page } from '../../../src-shared/contract/common.ts';
import type { OrderEvent, OrderEventKind } from '../../../src-shared/contract/order-papers.ts';
import { allOf, ifGiven, iso, keyAfter, pageOf } from '../platform/db/listing.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import type { OrderState } from './customer-orders-store.ts';

export interface NewOrderEvent {
  orderId: number;
  kind: OrderEventKind;
  /** The state that the order has from now on. */
  state: OrderState;
  details?: Record<string, unknown>;
  userId: number;
  now: Date;
}

export async function insertOrderEvent(tx: Transaction, event: NewOrderEvent): Promise<void> {
  await tx.query(sql`
    insert into customer_order_events (customer_order_id, kind, state, details, by_user_id, at)
    values (${event.orderId}::bigint, ${event.kind}, ${event.state}, ${JSON.stringify(event.details ?? {})}::jsonb,
      ${event.userId}::bigint, ${event.now}::timestamptz)`);
}

interface Row {
  id: number;
  kind: OrderEventKind;
  state: OrderState;
  details: Record<string, unknown>;
  by: string;
  at: Date;
}

/** The history of an order, newest first. Plan: customer_order_events_order. */
export async function listOrderEvents(
  tx: Transaction,
  orderId: number,
  query: { limit: number; cursor?: string | undefined },
): Promise<Page<OrderEvent>> {
  const condition = allOf(
    sql`e.customer_order_id = ${orderId}::bigint`,
    ifGiven(keyAfter(z.number().int(), query.cursor), (id) => sql`e.id < ${id}::bigint`),
  );
  const { rows } = await tx.query<Row>(sql`
    select e.id, e.kind, e.state, e.details, u.display_name as by, e.at
    from customer_order_events e join users u on u.id = e.by_user_id
    where ${condition} order by e.id desc limit ${query.limit + 1}`);
  return pageOf(
    rows,
    query.limit,
    (row) => ({ ...row, at: iso(row.at) }),
    (row) => row.id,
  );
}
