import { z } from 'zod';
import type { ReturnScan } from '../../../../../src-shared/contract/returns.ts';
import type { ReturnReason } from '../../../../../src-shared/contract/trackers.ts';

/** A scan in Returns. sending: not answered; failed: no answer came, it can be sent again; undone: taken back. */
export interface ReturnEntry {
  /** The same one for each try, so that a device is returned once. */
  mutationId: string;
  text: string;
  reason: ReturnReason;
  at: number;
  state: 'sending' | 'answered' | 'failed' | 'undone';
  result: ReturnScan | null;
  /** Why it could not be sent, or not be undone. */
  trouble: string | null;
}

const MOST = 200;

/** Puts an entry in the place of the former one of its id, or before all others. */
export function withEntry(entries: readonly ReturnEntry[], entry: ReturnEntry): ReturnEntry[] {
  return entries.some(({ mutationId }) => mutationId === entry.mutationId)
    ? entries.map((each) => (each.mutationId === entry.mutationId ? entry : each))
    : [entry, ...entries].slice(0, MOST);
}

export const isReturned = ({ state, result }: ReturnEntry) => state === 'answered' && result?.outcome === 'returned';

const KEY = 'console.returns';
const kept = z.object({
  userId: z.number(),
  entries: z.array(z.custom<ReturnEntry>((one) => z.object({ mutationId: z.string() }).safeParse(one).success)),
});

/** What a person did in this window before a reload. What was not answered by then can be sent again. */
export function keptEntries(storage: Storage, userId: number): ReturnEntry[] {
  try {
    const read = kept.parse(JSON.parse(storage.getItem(KEY) ?? 'null'));
    if (read.userId !== userId) return [];
    return read.entries.map((one) => (one.state === 'sending' ? { ...one, state: 'failed' } : one));
  } catch {
    return [];
  }
}

export function keepEntries(storage: Storage, userId: number, entries: readonly ReturnEntry[]): void {
  try {
    storage.setItem(KEY, JSON.stringify({ userId, entries }));
  } catch {
    // A full storage: the orders' scan logs have what was answered.
  }
}
