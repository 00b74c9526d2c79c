import { z } from 'zod';
import { defaultStatusRules, type StatusRules } from '../../../src-shared/domain/status/types.ts';
import type { Queryable } from '../platform/db/queryable.ts';
import { readSetting, writeSetting } from '../platform/db/settings-store.ts';
import { queueAllTrackers } from './refold-queue-store.ts';

/** The key of `settings`. */
const KEY = 'status-rules';
const schema = z.object({
  exitConfirmations: z.number().int().min(1).max(10).default(defaultStatusRules.exitConfirmations),
  maxAccuracyM: z.number().min(0).nullable().default(defaultStatusRules.maxAccuracyM),
});

/** The configured rules of the status fold; the defaults where nothing is configured. */
export const readStatusRules = (db: Queryable): Promise<StatusRules> => readSetting(db, KEY, schema);

/** Changes the rules and queues every tracker to be folded again by them. Returns how many. */
export async function changeStatusRules(tx: Queryable, rules: StatusRules, now: Date): Promise<number> {
  await writeSetting(tx, KEY, schema.parse(rules), now);
  return queueAllTrackers(tx, 'rules changed', now);
}
