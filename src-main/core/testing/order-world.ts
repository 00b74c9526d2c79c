import sql from 'sql-template-tag';
import { expect } from 'vitest';
import type { Scope } from '../platform/db/queryable.ts';
import { insertIds, insertRun, insertUser } from './company.ts';
import type { TestDatabase } from './database.ts';

/** When everything happens. */
export const now = new Date('2026-11-23T12:00:00Z');

export interface Fixture {
  test: TestDatabase;
  scope: Scope;
  userId: number;
  clientId: number;
  runId: number;
}

/** A warehouse worker of a company whose production run takes trackers. */
export async function fixtureOn(test: TestDatabase): Promise<Fixture> {
  const userId = await insertUser(test.db, 'Wanda', 'warehouse');
  const { clientId, runId } = await insertRun(test.db, 'Aurora', '2026-11-01', '2026-11-30');
  return { test, scope: { kind: 'user', userId, clientId: null }, userId, clientId, runId };
}

/** Open orders of these quantities, in this order; their ids. */
export async function placeOrders({ test, clientId, runId, userId }: Fixture, quantities: readonly number[]) {
  const ids = await insertIds(
    test.db,
    sql`insert into customer_orders (client_id, production_run_id, quantity, created_by)
      select ${clientId}::bigint, ${runId}::bigint, quantity, ${userId}::bigint
      from unnest(${[...quantities]}::int[]) with ordinality as asked (quantity, place) order by place returning id`,
  );
  return ids.sort((a, b) => a - b);
}

/** What must hold whatever was done: counts are right, no order over its quantity, no device in two orders. */
export async function expectSound({ db }: TestDatabase) {
  const { rows } = await db.query<{ wrong_count: number; over: number; twice: number; wrong_state: number }>(sql`
    select
      (select count(*) from customer_orders o where allocated_count <>
        (select count(*) from device_allocations a where a.customer_order_id = o.id
          and (a.released_at is null or a.return_reason is not null))) as wrong_count,
      (select count(*) from customer_orders where allocated_count > quantity) as over,
      (select count(*) from customer_orders where state in ('open', 'filled')
        and (state = 'filled') <> (allocated_count = quantity)) as wrong_state,
      (select count(*) from (select tracker_id from device_allocations where released_at is null
        group by tracker_id having count(*) > 1) t) as twice`);
  expect(rows[0]).toEqual({ wrong_count: 0, over: 0, twice: 0, wrong_state: 0 });
}
