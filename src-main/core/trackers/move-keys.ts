import type { KeyMoveChange } from '../../../src-shared/contract/key-moves.ts';
import { type WrongMoves, wrongMoves } from '../../../src-shared/domain/key-moves.ts';
import { invalid } from '../platform/db/conflicts.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import { AppError, notFound } from '../platform/errors.ts';
import { queueRefold } from '../status/refold-queue-store.ts';
import { type RefoldContext, refold } from '../status/refolds.ts';
import { type KeyedTracker, lockKeys, moveKeys } from './key-moves-store.ts';

export interface AskedMove {
  trackerId: number;
  keysOf: number;
  /** Base64 of the hashed first key that `keysOf` is believed to have. */
  firstKey?: string | undefined;
}

/**
 * Judges moves of all device keys between trackers, which must be one set (docs/domain-rules.md#mix-ups), and locks
 * these trackers. Returns what each gets and what goes. Throws AppError `not-found`, `validation-failed` for moves that
 * are no set, and `conflict` when keys were moved since `firstKey` was read.
 */
export async function judgeKeyMoves(tx: Transaction, moves: readonly AskedMove[]): Promise<KeyMoveChange[]> {
  const wrong = wrongMoves(moves);
  if (wrong) throw invalid('moves', sentences[wrong.kind](wrong));
  const trackers = await lockKeys(
    tx,
    moves.map(({ trackerId }) => trackerId),
  );
  return moves.map(({ trackerId, keysOf, firstKey }) => {
    const to = trackers.get(trackerId);
    const from = trackers.get(keysOf);
    if (!to) throw notFound('tracker', trackerId);
    if (!from) throw notFound('tracker', keysOf);
    if (firstKey !== undefined && firstKey !== from.firstKey)
      throw new AppError(
        'conflict',
        `The keys of tracker ${keysOf} were moved in the meantime. Look at the change again. Nothing was changed.`,
      );
    const { macAddress, serialNumber } = to;
    return {
      tracker: { id: trackerId, macAddress, serialNumber },
      keysOf: { id: keysOf, macAddress: from.macAddress, serialNumber: from.serialNumber },
      firstKey: from.firstKey,
      keys: from.broadcastAddresses.length,
      fitsLabel: macAddress === null ? null : from.broadcastAddresses.includes(macAddress),
      reportsGot: from.reports,
      ...goes(to),
    };
  });
}

const goes = ({ reports, visits, deliveries }: KeyedTracker) => ({ reportsGone: reports, visits, deliveries });

const sentences: Record<WrongMoves['kind'], (wrong: WrongMoves) => string> = {
  same: ({ trackerId }) => `Tracker ${trackerId} already has its own keys.`,
  twice: ({ trackerId }) => `Tracker ${trackerId} is listed twice on one side.`,
  'left-without': ({ trackerId }) =>
    `Tracker ${trackerId} would be left without keys. Say whose keys it gets, in the same set.`,
  'left-over': ({ trackerId }) =>
    `The keys that tracker ${trackerId} has now would belong to no tracker. Say which tracker gets them, in the same set.`,
};

/** As `applyKeyMoves`, without a job of its own: another job does it. */
export async function queueKeyMoves(tx: Transaction, moves: readonly AskedMove[], now: Date): Promise<void> {
  await queueRefold(tx, { trackerIds: moves.map(({ trackerId }) => trackerId) }, REASON, now);
  await moveKeys(tx, moves, now);
}

/** Why history was folded again. */
const REASON = 'device keys moved';

/**
 * Moves the keys that `judgeKeyMoves` has judged, with their reports, in the same transaction, and has all these
 * trackers folded again. Returns the job that shows it.
 */
export async function applyKeyMoves(
  tx: Transaction,
  context: RefoldContext,
  moves: readonly AskedMove[],
): Promise<number | null> {
  // Queued before the move: the engine locks in this order, too.
  const jobId = await refold(tx, context, {
    target: { trackerIds: moves.map(({ trackerId }) => trackerId) },
    reason: REASON,
    label: moves.length === 2 ? 'Two trackers' : `${moves.length} trackers`,
    resource: null,
  });
  await moveKeys(tx, moves, context.now);
  return jobId;
}
