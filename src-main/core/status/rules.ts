import { z } from 'zod';
import { statusRuleLimits } from '../../../src-shared/contract/status-rules.ts';
import { defaultStatusRules, type StatusRules } from '../../../src-shared/domain/status/types.ts';
import { invalid } from '../platform/db/conflicts.ts';
import type { Queryable, Transaction } from '../platform/db/queryable.ts';
import { readSetting, readVersionedSetting, writeSetting } from '../platform/db/settings-store.ts';
import { type RefoldContext, refold } from './refolds.ts';
import { dropKeptRules, finishedAmong, keepRulesOfFinishedRuns } from './rules-store.ts';

/** The key of `settings`. */
const KEY = 'status-rules';
const schema = z.object({
  exitConfirmations: statusRuleLimits.exitConfirmations.default(defaultStatusRules.exitConfirmations),
  maxAccuracyM: statusRuleLimits.maxAccuracyM.default(defaultStatusRules.maxAccuracyM),
});

/** The configured rules of the status fold; the defaults where nothing is configured. */
export const readStatusRules = (db: Queryable): Promise<StatusRules> => readSetting(db, KEY, schema);

/** The same with their version. */
export const readVersionedStatusRules = (db: Queryable): Promise<StatusRules & { version: number }> =>
  readVersionedSetting(db, KEY, schema);

/**
 * Changes the rules and has every tracker folded again by them. Runs that are over keep the rules that they had, except
 * those that are named. Returns the job that follows the fold; null when there is no tracker.
 */
export async function changeStatusRules(
  tx: Transaction,
  rules: StatusRules,
  context: RefoldContext,
  finishedRunIds: readonly number[] = [],
): Promise<number | null> {
  const before = await readStatusRules(tx);
  await keepRulesOfFinishedRuns(tx, before, finishedRunIds, context.now);
  await dropKeptRules(tx, finishedRunIds);
  // What stays is not written, so that only what a person changed counts as changed.
  const wanted = Object.entries(schema.parse(rules));
  const changed = wanted.filter(([field, value]) => value !== before[field as keyof StatusRules]);
  await writeSetting(tx, KEY, Object.fromEntries(changed), context.now);
  return refold(tx, context, {
    target: 'all',
    reason: 'rules changed',
    label: 'Status rules',
    resource: null,
  });
}

/** Only runs that are over are named in a change. Throws AppError `validation-failed`. */
export async function refuseRunsUnderWay(tx: Queryable, finishedRunIds: readonly number[], now: Date): Promise<void> {
  const over = new Set(await finishedAmong(tx, finishedRunIds, now));
  const wrong = finishedRunIds.find((id) => !over.has(id));
  if (wrong !== undefined) throw invalid('finishedRunIds', `Production run ${wrong} is not over. Leave it out.`);
}

/** A run that was over and isn't any more takes up the present rules. True when it had kept others. */
export const takeUpPresentRules = async (tx: Queryable, productionRunId: number): Promise<boolean> =>
  (await dropKeptRules(tx, [productionRunId])) > 0;
