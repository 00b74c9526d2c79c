import {
  type Correction,
  correct,
  differences,
  type PeriodsChange,
  type Refusal,
  WrongCorrection,
} from '../../../src-shared/domain/run-periods.ts';
import { invalid } from '../platform/db/conflicts.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import { AppError, notFound } from '../platform/errors.ts';
import { refoldMoved, refuseForgotten, savePeriodChanges } from './move-trackers.ts';
import { noteReplaced, wouldChange } from './period-corrections-store.ts';
import { clientOfRun, lockPeriods } from './run-periods-store.ts';

export interface PeriodCorrection {
  trackerId: number;
  periodId: number;
  productionRunId?: number | undefined;
  /** Epoch milliseconds; minus infinity reaches back without limit. */
  from?: number | undefined;
  to?: number | undefined;
  /** Nothing is written. */
  dryRun: boolean;
  now: Date;
}

/**
 * Corrects one run period of a tracker: its run, beginning or end (docs/domain-rules.md#run-periods). Returns what of
 * its reports and deliveries belongs to another run, or to none, afterwards. Throws AppError `not-found`, and
 * `conflict` or `validation-failed` with a sentence when it can't be so; then nothing is changed.
 */
export async function correctPeriod(
  tx: Transaction,
  { trackerId, periodId, productionRunId, from, to, dryRun, now }: PeriodCorrection,
): Promise<{ reports: number; deliveries: number }> {
  const [tracker] = await lockPeriods(tx, [trackerId], null);
  if (!tracker) throw notFound('tracker', trackerId);
  const clientId = productionRunId === undefined ? null : await clientOfRun(tx, productionRunId);
  if (productionRunId !== undefined && clientId === null)
    throw invalid('productionRunId', 'This production run does not exist. Choose another.');
  const target = productionRunId === undefined || clientId === null ? undefined : { productionRunId, clientId };
  const change = corrected(tracker.periods, { periodId, target, from, to, now: now.getTime() });
  const stretches = differences(tracker.periods, change);
  for (const stretch of stretches) if (Number.isFinite(stretch.from)) await refuseForgotten(tx, stretch.from);
  const changes = await wouldChange(tx, trackerId, stretches);
  if (dryRun) return changes;
  const moved = await savePeriodChanges(tx, [{ trackerId, ...change }], 'correction', now);
  const opened = moved[0]?.periods.opened ?? null;
  if (opened !== null) await noteReplaced(tx, periodId, opened);
  await refoldMoved(tx, moved, now);
  return changes;
}

function corrected(periods: Parameters<typeof correct>[0], correction: Correction): PeriodsChange {
  try {
    return correct(periods, correction);
  } catch (error) {
    if (!(error instanceof WrongCorrection)) throw error;
    if (error.refusal === 'unknown') throw notFound('run period', correction.periodId);
    throw new AppError('conflict', refusals[error.refusal]);
  }
}

const refusals: Record<Exclude<Refusal, 'unknown'>, string> = {
  empty: 'It would end before it begins. Choose a later end, or an earlier beginning.',
  ahead: 'This time is in the future. Choose a past time. To plan a move, assign the tracker instead.',
  swallows: 'It would overlap the run period next to it. Correct that one first.',
  present: 'This would make a past period the present one. Assign the tracker to the run instead.',
};
