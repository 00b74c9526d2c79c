import sql from 'sql-template-tag';
import {
  type BootedConsole,
  bootForTest,
  PASSWORD,
  removeFolder,
} from '../../src-main/core/offline/testing/booted-console.ts';
import { insertRun, insertTrackers } from '../../src-main/core/testing/company.ts';
import { postgres } from '../../src-main/core/testing/database.ts';
import { startTcpProxy } from '../../src-main/core/testing/tcp-proxy.ts';
import { type Figure, less, more } from './figure.ts';

const TRACKERS = 1_000_000;
const PIECE = 50_000;
const SCANS = 1_000;

const p95 = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length * 0.95)]!;

/**
 * A scan by the whole route (session, rules, audit, record, answer) among 1,000,000 trackers on PostgreSQL, and by the
 * copy of the workstation when the database is cut off; and how long the first copy takes.
 */
export async function figures(): Promise<Figure[]> {
  const database = await postgres.create();
  const proxy = await startTcpProxy(database.connection);
  let running: BootedConsole | null = null;
  try {
    const { db } = database;
    running = await bootForTest(proxy.url);
    const macs: string[] = [];
    for (let first = 1; first <= TRACKERS; first += PIECE) {
      const made = await insertTrackers(db, { count: PIECE, first });
      for (let i = 0; i < made.length; i += PIECE / ((4 * SCANS * PIECE) / TRACKERS))
        macs.push(made[Math.floor(i)]!.mac);
    }
    await db.query(sql`vacuum analyze trackers`);
    // The copy begins when somebody who may scan has signed in.
    await running.signIn('admin', PASSWORD);
    const { clientId, runId } = await insertRun(db, 'Bench', '2020-01-01', '2099-01-01');
    const { rows } = await db.query<{ id: number }>(sql`
      insert into customer_orders (client_id, production_run_id, quantity, created_by)
      select ${clientId}::bigint, ${runId}::bigint, 100000, min(id) from users returning id`);
    const path = `/customer-orders/${rows[0]!.id}/allocations`;

    const started = performance.now();
    for (;;) {
      const state = await running.state();
      if (state.copyComplete && state.orders === 1) break;
      if (performance.now() - started > 600_000) throw new Error('the copy was not made');
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    const copySeconds = (performance.now() - started) / 1000;

    let next = 0;
    const scan = async (): Promise<number> => {
      const { ms, status, body } = await running!.send('POST', path, {
        scan: macs[next++],
        mutationId: crypto.randomUUID(),
      });
      if (status !== 200 || body.outcome !== 'allocated') throw new Error(`${status} ${JSON.stringify(body)}`);
      return ms;
    };
    const times = async (work: () => Promise<number>, count: number) => {
      const all: number[] = [];
      for (let i = 0; i < count; i++) all.push(await work());
      return all;
    };
    const update = async () => {
      const before = performance.now();
      await db.transaction({ kind: 'system' }, (tx) =>
        tx.query(sql`update customer_orders set notes = 'x' where id = ${rows[0]!.id}::bigint`),
      );
      return performance.now() - before;
    };
    await times(scan, 50);
    const online = p95(await times(scan, SCANS));
    const single = p95(await times(update, SCANS));
    await proxy.cut();
    const lost = await scan();
    const offline = p95(await times(scan, SCANS));
    const baseline = { name: 'p95 of a transaction with one UPDATE', value: single };
    return [
      less('scan by the whole route, p95, 1,000,000 trackers', 'ms', online, baseline),
      less('the same, cut off from the database, p95', 'ms', offline, baseline),
      less('the scan that loses the connection', 'ms', lost, baseline),
      more('first copy of the devices', 'devices/s', TRACKERS / copySeconds, {
        name: 'scans by the whole route a second (1 / p95)',
        value: 1000 / online,
      }),
    ];
  } finally {
    await running?.stop();
    await proxy.close();
    await database.close();
    if (running) await removeFolder(running.dataDir);
  }
}
