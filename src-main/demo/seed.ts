import sql from 'sql-template-tag';
import { appendAudit } from '../core/audit/append-store.ts';
import { type Database, systemScope, type Transaction } from '../core/platform/db/queryable.ts';
import { AppError } from '../core/platform/errors.ts';
import { type DemoAccount, demoRuns } from './company.ts';
import { hashAccounts, insertCompany } from './seed-company.ts';
import type { SeedContext } from './seed-context.ts';
import { insertExports } from './seed-exports.ts';
import { insertTrackers, type SeededTracker } from './seed-keys.ts';
import { insertOrders } from './seed-orders.ts';
import { shipmentsOf } from './shipments.ts';
import type { RoutePlan } from './simulator/motion/route-plan.ts';
import { type Journey, readWorldRecord, type WorldRecord, writeWorldRecord } from './world-record.ts';

export interface SeededDemo {
  record: WorldRecord;
  /** The accounts made now, with their passwords; none when the company was there already. */
  accounts: readonly DemoAccount[];
}

/**
 * Makes the demo company in one transaction: people, clients, brands, runs, locations, key pairs, devices, orders and
 * scans, and the plan of every journey. Does nothing where it is already. AppError `conflict` on a database that has
 * clients of its own.
 */
export async function seedDemo(
  options: SeedContext & { db: Database; accounts: readonly DemoAccount[] },
): Promise<SeededDemo> {
  const { db, accounts } = options;
  const existing = await readWorldRecord(db);
  if (existing) return { record: existing, accounts: [] };
  const hashed = await hashAccounts(accounts);
  return db.transaction(systemScope, async (tx) => {
    await refuseOthersData(tx);
    const ids = await insertCompany(tx, options, hashed);
    const trackers = await insertTrackers(tx, options, ids);
    await insertExports(tx, ids.users.get('ops')!);
    const orders = await insertOrders(tx, options, ids, trackers);
    const record = {
      seed: options.seed,
      epoch: options.now.toISOString(),
      historyStored: false,
      journeys: journeysOf(options, trackers),
    };
    await writeWorldRecord(tx, record, options.now);
    const details = { seed: options.seed, runs: demoRuns.length, orders };
    await appendAudit(tx, { at: options.now, userId: null, username: null, action: 'demo.seed', details });
    return { record, accounts: accounts.filter((account) => ids.newAccounts.includes(account.username)) };
  });
}

async function refuseOthersData(tx: Transaction): Promise<void> {
  await tx.query(sql`lock table clients in share row exclusive mode`);
  const { rows } = await tx.query<{ found: boolean }>(
    sql`select exists (select from clients) or exists (select from trackers) as found`,
  );
  if (rows[0]?.found) {
    throw new AppError(
      'conflict',
      'This database has data of its own. Start the demo with a --data-dir or database of its own.',
    );
  }
}

function journeysOf({ seed, now }: SeedContext, trackers: Map<string, SeededTracker[]>): Journey[] {
  return demoRuns.flatMap((run) => {
    const ofRun = trackers.get(run.name) ?? [];
    let next = 0;
    return shipmentsOf(run, seed, now.getTime()).map(({ count, plan }) => {
      const journey = { from: ofRun[next]!.id, to: ofRun[next + count - 1]!.id, plan: plan as RoutePlan };
      next += count;
      return journey;
    });
  });
}
