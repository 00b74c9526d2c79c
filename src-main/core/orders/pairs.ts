import type { Transaction } from '../platform/db/queryable.ts';
import { lockPresentWords, lockWords, saveWords } from '../trackers/period-words-store.ts';
import { deletePairings, findPairings, movePairings, savePairing } from './pairings-store.ts';

interface Paired {
  orderId: number;
  clientId: number;
  allocationId: number;
  trackerId: number;
  goodsReference: string;
  userId: number;
}

/**
 * Pairs a device of an order with its goods. They become the goods reference of its present run period, where that is of
 * the order's client; an order without a run keeps them by itself.
 */
export async function pairDevice(tx: Transaction, paired: Paired, now: Date): Promise<void> {
  const { clientId, goodsReference } = paired;
  const [present] = await lockPresentWords(tx, [paired.trackerId]);
  const own = present?.clientId === clientId ? present : null;
  if (own) await saveWords(tx, [{ ...own, words: { ...own.words, goodsReference } }]);
  await savePairing(tx, {
    ...paired,
    runPeriodId: own?.runPeriodId ?? null,
    formerReference: own?.words.goodsReference ?? null,
    now,
  });
}

/** Takes the goods of devices away again: their run periods say what they said before. */
export async function unpairDevices(tx: Transaction, allocationIds: readonly number[]): Promise<void> {
  const pairings = await findPairings(tx, allocationIds);
  if (pairings.length === 0) return;
  const formerOf = new Map(pairings.map((pairing) => [pairing.runPeriodId, pairing.formerReference]));
  const ids = pairings.flatMap(({ runPeriodId }) => runPeriodId ?? []);
  const periods = await lockWords(tx, ids);
  // Before the run periods change, which the pairs follow.
  await deletePairings(tx, allocationIds);
  await saveWords(
    tx,
    periods.map(({ runPeriodId, words }) => ({
      runPeriodId,
      words: { ...words, goodsReference: formerOf.get(runPeriodId) ?? null },
    })),
  );
}

/** The goods go along where an order moved its devices to another run: a new run period begins with no words. */
export async function carryPairs(
  tx: Transaction,
  clientId: number,
  devices: readonly { allocationId: number; trackerId: number }[],
): Promise<void> {
  const pairings = await findPairings(
    tx,
    devices.map(({ allocationId }) => allocationId),
  );
  if (pairings.length === 0) return;
  const ofTracker = new Map(pairings.map((pairing) => [pairing.trackerId, pairing]));
  const periods = (await lockPresentWords(tx, [...ofTracker.keys()])).filter(
    (period) =>
      period.clientId === clientId &&
      period.words.goodsReference === null &&
      ofTracker.get(period.trackerId)?.runPeriodId !== period.runPeriodId,
  );
  if (periods.length === 0) return;
  await movePairings(
    tx,
    periods.map(({ trackerId, runPeriodId }) => ({
      allocationId: ofTracker.get(trackerId)!.allocationId,
      runPeriodId,
    })),
  );
  await saveWords(
    tx,
    periods.map(({ trackerId, runPeriodId, words }) => ({
      runPeriodId,
      words: { ...words, goodsReference: ofTracker.get(trackerId)!.goodsReference },
    })),
  );
}
