import {
  type AllocationPeriods,
  assign,
  type PeriodsChange,
  type RunPeriod,
  TooEarly,
  undoWithMoves,
} from '../../../src-shared/domain/run-periods.ts';
import { invalid } from '../platform/db/conflicts.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import { AppError } from '../platform/errors.ts';
import { queueRefold } from '../status/refold-queue-store.ts';
import { cancelPlans, keptFrom } from './planned-periods-store.ts';
import { retiredAmong } from './retirement-store.ts';
import {
  clientOfRun,
  enterPeriods,
  lockPeriods,
  type PeriodCause,
  periodsById,
  type RememberedPeriods,
  savePeriods,
} from './run-periods-store.ts';

export interface Move {
  trackerIds: readonly number[];
  /** Null takes them out of any run. */
  productionRunId: number | null;
  since?: number | 'now' | undefined;
  /** From when on by tracker, where it isn't the same for all; `since` is for the others. */
  sinceOf?: ReadonlyMap<number, number | 'now'> | undefined;
  /** An instant before the present period of a tracker counts as its beginning. */
  orLater?: boolean | undefined;
  now: Date;
  /** The allocation that moves a tracker. */
  allocationId?: number | undefined;
  /** An assignment or an allocation where it isn't said. */
  cause?: PeriodCause | undefined;
}

export interface Moved {
  trackerId: number;
  periods: RememberedPeriods;
  /** Epoch milliseconds: from here on its history is another. */
  from: number;
}

/**
 * Puts trackers into a run, or out of any (docs/domain-rules.md#run-periods). Returns those that were not there
 * already. Whoever moves trackers has their history folded again from `from` on. Throws AppError `validation-failed`
 * when an instant is named that lies before the present period of one of them, `conflict` when one is retired and would
 * enter a run; then none is moved.
 */
export async function moveTrackers(tx: Transaction, move: Move): Promise<Moved[]> {
  const {
    productionRunId,
    since = null,
    allocationId = null,
    cause = allocationId === null ? 'assignment' : 'allocation',
  } = move;
  const clientId = productionRunId === null ? null : await clientOfRun(tx, productionRunId);
  const target = productionRunId === null || clientId === null ? null : { productionRunId, clientId };
  const trackers = await lockPeriods(tx, move.trackerIds, allocationId);
  if (target !== null)
    await refuseRetired(
      tx,
      trackers.flatMap(({ trackerId, isRetired }) => (isRetired ? [trackerId] : [])),
    );
  if (typeof since === 'number' && !move.orLater) await refuseForgotten(tx, since);
  if (cause === 'return' || cause === 'retirement') await cancelPlans(tx, move.trackerIds, move.now);
  const refused: { trackerId: number; periods: readonly RunPeriod[] }[] = [];
  const changes = trackers.flatMap(({ trackerId, periods, ...past }) => {
    try {
      return [
        {
          trackerId,
          ...assign(periods, past, {
            target,
            since: move.sinceOf?.get(trackerId) ?? since,
            orLater: move.orLater,
            now: move.now.getTime(),
          }),
        },
      ];
    } catch (error) {
      if (!(error instanceof TooEarly)) throw error;
      refused.push({ trackerId, periods: error.periods });
      return [];
    }
  });
  if (refused.length > 0) throw tooEarly(refused);
  return savePeriodChanges(tx, changes, cause, move.now);
}

/** Takes back what allocations did to the periods of their trackers. */
export async function undoMoves(
  tx: Transaction,
  allocations: readonly { trackerId: number; periods: RememberedPeriods; movedPeriodIds: readonly number[] }[],
  now: Date,
): Promise<Moved[]> {
  const known = await periodsById(
    tx,
    allocations.flatMap(({ periods }) => periods.replaced ?? []),
  );
  const byTracker = new Map(allocations.map((allocation) => [allocation.trackerId, allocation]));
  const trackers = await lockPeriods(tx, [...byTracker.keys()], null);
  const changes = trackers.map(({ trackerId, periods }) => {
    const { periods: remembered, movedPeriodIds } = byTracker.get(trackerId)!;
    const { opened, ended, replaced } = remembered;
    const allocation: AllocationPeriods = {
      opened,
      ended,
      replaced: replaced === null ? null : (known.get(replaced) ?? null),
    };
    return { trackerId, ...undoWithMoves(periods, allocation, movedPeriodIds) };
  });
  return savePeriodChanges(tx, changes, 'undo', now);
}

/** Writes changes of periods under the trackers' locks; who enters one is due at once. */
export async function savePeriodChanges(
  tx: Transaction,
  changes: readonly (PeriodsChange & { trackerId: number })[],
  cause: PeriodCause,
  now: Date,
): Promise<Moved[]> {
  const changing = changes.filter(({ changed, opened }) => changed.length > 0 || opened !== null);
  const opened = await savePeriods(tx, changing, cause, now);
  await enterPeriods(
    tx,
    changing.flatMap((change) => (isEntered(change) ? [change.trackerId] : [])),
    now,
  );
  return changing.map(({ trackerId, changed, from }) => ({
    trackerId,
    from,
    periods: {
      opened: opened.get(trackerId) ?? null,
      ended: changed.find(({ isVoided, to }) => !isVoided && to < Infinity)?.id ?? null,
      replaced: changed.find(({ isVoided }) => isVoided)?.id ?? null,
    },
  }));
}

/** A period has begun, or has become the present one again. */
const isEntered = ({ opened, changed }: PeriodsChange) =>
  opened !== null || changed.some(({ isVoided, to }) => !isVoided && to === Infinity);

/** Has the history of moved trackers folded again, without a job of its own: where there are few, or one follows. */
export const refoldMoved = (tx: Transaction, moved: readonly Moved[], now: Date): Promise<number> =>
  queueRefold(tx, { trackerIds: moved.map(({ trackerId }) => trackerId) }, 'run changed', now, extentOf(moved));

/** From when on moved trackers have another history. */
export const extentOf = (moved: readonly Moved[]) => ({
  from: moved.reduce((first, { from }) => Math.min(first, from), Infinity),
});

/** Throws AppError `conflict` when one of these trackers is retired. */
export async function refuseRetired(tx: Transaction, trackerIds: readonly number[]): Promise<void> {
  const retired = trackerIds.length === 0 ? [] : await retiredAmong(tx, trackerIds);
  if (retired.length === 0) return;
  const listed = retired.slice(0, LISTED).map(({ name, reason }) => `${name} (${reason})`);
  throw new AppError(
    'conflict',
    `Retired: ${listed.join(', ')}${andMore(retired.length)}. Bring them back first, or leave them out. Nothing was moved.`,
  );
}

/** What retention has dropped can't be worked out again for another run. Throws AppError `validation-failed`. */
export async function refuseForgotten(tx: Transaction, since: number): Promise<void> {
  const kept = await keptFrom(tx);
  if (kept !== null && since < kept)
    throw invalid(
      'since',
      `Reports before ${new Date(kept).toISOString()} are no longer kept. Choose a later time. Nothing was moved.`,
    );
}

const LISTED = 10;
const andMore = (all: number) => (all > LISTED ? ` and ${all - LISTED} more` : '');

function tooEarly(refused: readonly { trackerId: number; periods: readonly RunPeriod[] }[]) {
  const text = (at: number) => (Number.isFinite(at) ? new Date(at).toISOString() : 'its beginning');
  const listed = refused.slice(0, LISTED).map(({ trackerId, periods }) => {
    const spans = periods.map(({ productionRunId, from, to }) =>
      to === Infinity ? `run ${productionRunId} since ${text(from)}` : `run ${productionRunId} until ${text(to)}`,
    );
    return `tracker ${trackerId} (${spans.join(', ')})`;
  });
  return invalid(
    'since',
    `This time is before the present run period of ${listed.join('; ')}${andMore(refused.length)}. Choose a later time, or leave these out. Nothing was moved.`,
  );
}
