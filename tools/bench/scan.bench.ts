import sql from 'sql-template-tag';
import { allocate } from '../../src-main/core/orders/allocation.ts';
import { insertRun, insertTrackers, insertUser } from '../../src-main/core/testing/company.ts';
import { testEngines } from '../../src-main/core/testing/database.ts';
import { type Figure, less, medianSeconds } from './figure.ts';

const TRACKERS = 20_000;
const SCANS = 300;

/** Milliseconds of one scan with its lock, rules and record, against one transaction with a single UPDATE by key. */
export async function figures(): Promise<Figure[]> {
  const all: Figure[] = [];
  for (const engine of testEngines()) {
    const { db, close } = await engine.create();
    try {
      const userId = await insertUser(db, 'scanner', 'warehouse');
      const { clientId, runId } = await insertRun(db, 'Bench', '2020-01-01', '2099-01-01');
      const trackers = await insertTrackers(db, { count: TRACKERS });
      const { rows } = await db.query<{ id: number }>(sql`
        insert into customer_orders (client_id, production_run_id, quantity, created_by)
        values (${clientId}::bigint, ${runId}::bigint, ${TRACKERS}, ${userId}::bigint) returning id`);
      const orderId = rows[0]!.id;
      await db.query(sql`analyze`);
      const scope = { kind: 'user', userId, clientId: null } as const;
      const scan = await medianSeconds(SCANS, (round) =>
        db.transaction(scope, (tx) => allocate(tx, { orderId, scan: trackers[round + 1]!.mac, userId }, new Date())),
      );
      const update = await medianSeconds(SCANS, () =>
        db.transaction(scope, (tx) =>
          tx.query(sql`update customer_orders set notes = 'x' where id = ${orderId}::bigint`),
        ),
      );
      all.push(
        less(`scan, ${engine.name}`, 'ms', scan * 1000, {
          name: 'a transaction with one UPDATE',
          value: update * 1000,
        }),
      );
    } finally {
      await close();
    }
  }
  return all;
}
