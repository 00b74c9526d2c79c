import sql from 'sql-template-tag';
import { z } from 'zod';
import { defaultStatusRules, type StatusRules } from '../../../src-shared/domain/status/types.ts';
import type { Queryable } from '../platform/db/queryable.ts';

const KEY = 'status-rules';
const stored = z.object({
  exitConfirmations: z.number().int().min(1).max(10).default(defaultStatusRules.exitConfirmations),
  maxAccuracyM: z.number().min(0).nullable().default(defaultStatusRules.maxAccuracyM),
});

/** The configured rules of the status fold; the defaults where nothing is configured. */
export async function readStatusRules(db: Queryable): Promise<StatusRules> {
  const { rows } = await db.query<{ value: unknown }>(sql`select value from settings where key = ${KEY}`);
  return stored.parse(rows[0]?.value ?? {});
}

/** Changes the rules and queues every tracker to be folded again by them. Returns how many. */
export async function changeStatusRules(tx: Queryable, rules: StatusRules, now: Date): Promise<number> {
  const value = JSON.stringify(stored.parse(rules));
  await tx.query(sql`
    insert into settings (key, value, updated_at) values (${KEY}, ${value}, ${now})
    on conflict (key) do update set value = excluded.value, updated_at = excluded.updated_at`);
  const { rowCount } = await tx.query(sql`
    insert into status_pending (tracker_id, fold_from, reason, queued_at)
    select id, '-infinity', 'rules changed', ${now} from trackers order by id
    on conflict (tracker_id) do update set fold_from = '-infinity', fold_to = 'infinity', reason = excluded.reason`);
  return rowCount;
}
