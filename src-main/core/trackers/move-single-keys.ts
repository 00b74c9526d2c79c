import type { SingleKeyChange } from '../../../src-shared/contract/key-moves.ts';
import { MAX_KEYS_PER_DEVICE } from '../../../src-shared/domain/find-my/keys.ts';
import { invalid } from '../platform/db/conflicts.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import { AppError, notFound } from '../platform/errors.ts';
import { type RefoldContext, refold } from '../status/refolds.ts';
import { lockKeys, moveSingleKeys, placedKeys, trackersOfKeys } from './key-moves-store.ts';

export interface SingleKeyMove {
  /** Base64. */
  hashedKey: string;
  fromTrackerId: number;
  toTrackerId: number;
}

/**
 * Judges moves of single device keys, and locks the trackers. Returns what changes for each of them. Throws AppError
 * `not-found`, `validation-failed` for moves that leave a tracker without keys or with too many, and `conflict` when a
 * key is another tracker's by now.
 */
export async function judgeSingleKeys(tx: Transaction, moves: readonly SingleKeyMove[]): Promise<SingleKeyChange[]> {
  const to = new Map<string, SingleKeyMove>();
  for (const move of moves) {
    if (to.has(move.hashedKey)) throw invalid('keys', 'One key is listed twice. Say only once where it goes.');
    if (move.fromTrackerId === move.toTrackerId)
      throw invalid('keys', `Tracker ${move.toTrackerId} already has this key. Choose another tracker.`);
    to.set(move.hashedKey, move);
  }
  const named = moves.flatMap(({ fromTrackerId, toTrackerId }) => [fromTrackerId, toTrackerId]);
  const owners = await trackersOfKeys(tx, [...to.keys()]);
  const trackers = await lockKeys(tx, [...new Set([...named, ...owners])]);
  const keys = await placedKeys(tx, [...trackers.keys()]);
  const byHash = new Map(keys.map((key) => [key.hashedKey, key]));
  for (const { hashedKey, fromTrackerId, toTrackerId } of moves) {
    for (const id of [fromTrackerId, toTrackerId]) if (!trackers.has(id)) throw notFound('tracker', id);
    const key = byHash.get(hashedKey);
    if (!key) throw invalid('keys', 'This key does not exist. Look at the keys of the tracker again.');
    if (key.trackerId !== fromTrackerId)
      throw new AppError(
        'conflict',
        `This key belongs to tracker ${key.trackerId} now. Look at the change again. Nothing was changed.`,
      );
  }
  return [...new Set(named)]
    .sort((a, b) => a - b)
    .map((id) => {
      const { macAddress, serialNumber } = trackers.get(id)!;
      const own = keys.filter(({ trackerId }) => trackerId === id);
      const gone = own.filter(({ hashedKey }) => to.has(hashedKey));
      const got = keys.filter(({ hashedKey }) => to.get(hashedKey)?.toTrackerId === id);
      const after = [...own.filter((key) => !gone.includes(key)), ...got];
      if (after.length === 0)
        throw invalid(
          'keys',
          `Tracker ${id} would be left without keys. Give it another one in the same set, or put right a mix-up.`,
        );
      if (after.length > MAX_KEYS_PER_DEVICE)
        throw invalid('keys', `Tracker ${id} would have ${after.length} keys; at most ${MAX_KEYS_PER_DEVICE}.`);
      const sum = (of: typeof keys) => of.reduce((reports, key) => reports + key.reports, 0);
      return {
        tracker: { id, macAddress, serialNumber },
        keysBefore: own.length,
        keysAfter: after.length,
        fitsLabel: macAddress === null ? null : after.some(({ broadcastAddress }) => broadcastAddress === macAddress),
        reportsGot: sum(got),
        reportsGone: sum(gone),
      };
    });
}

/**
 * Moves the keys that `judgeSingleKeys` has judged, in the same transaction, and has their trackers folded again. Returns
 * the job that shows it.
 */
export async function applySingleKeys(
  tx: Transaction,
  context: RefoldContext,
  moves: readonly SingleKeyMove[],
): Promise<number | null> {
  const trackerIds = [...new Set(moves.flatMap(({ fromTrackerId, toTrackerId }) => [fromTrackerId, toTrackerId]))];
  // Queued before the move: the engine locks in this order, too.
  const jobId = await refold(tx, context, {
    target: { trackerIds },
    reason: 'device keys moved',
    label: `${trackerIds.length} trackers`,
    resource: null,
  });
  await moveSingleKeys(tx, moves, context.now);
  return jobId;
}
