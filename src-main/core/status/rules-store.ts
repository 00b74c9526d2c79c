import sql from 'sql-template-tag';
import type { StatusRules } from '../../../src-shared/domain/status/types.ts';
import type { Queryable } from '../platform/db/queryable.ts';

/** Runs that are over keep these rules, except those that are named and those that keep earlier ones already. */
export async function keepRulesOfFinishedRuns(
  tx: Queryable,
  rules: StatusRules,
  named: readonly number[],
  now: Date,
): Promise<void> {
  await tx.query(sql`
    insert into run_status_rules (production_run_id, exit_confirmations, max_accuracy_m, kept_at)
    select r.id, ${rules.exitConfirmations}, ${rules.maxAccuracyM}::float8, ${now} from production_runs r
    where run_ends_at(r) <= ${now} and r.id <> all(${[...named]}::bigint[])
    on conflict do nothing`);
}

/** These runs are folded by the present rules again. Returns how many had kept others. */
export async function dropKeptRules(tx: Queryable, productionRunIds: readonly number[]): Promise<number> {
  const { rowCount } = await tx.query(sql`
    delete from run_status_rules where production_run_id = any(${[...productionRunIds]}::bigint[])`);
  return rowCount;
}

/** How many runs keep rules of their own. */
export async function countKeptRules(tx: Queryable): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(sql`select count(*)::int as count from run_status_rules`);
  return rows[0]!.count;
}

/** Which of these runs are there and over. */
export async function finishedAmong(tx: Queryable, productionRunIds: readonly number[], now: Date): Promise<number[]> {
  const { rows } = await tx.query<{ id: number }>(sql`
    select r.id from production_runs r where r.id = any(${[...productionRunIds]}::bigint[]) and run_ends_at(r) <= ${now}`);
  return rows.map(({ id }) => id);
}

/** The rules that a run keeps since it is over; null where it has the present ones. */
export async function rulesKept(tx: Queryable, productionRunId: number): Promise<StatusRules | null> {
  const { rows } = await tx.query<StatusRules>(sql`
    select exit_confirmations as "exitConfirmations", max_accuracy_m as "maxAccuracyM" from run_status_rules
    where production_run_id = ${productionRunId}::bigint`);
  return rows[0] ?? null;
}
