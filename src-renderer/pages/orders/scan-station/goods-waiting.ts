import type { ScanEntry } from './scan-queue.ts';

/** A tracker of the order whose goods are scanned next. */
export interface GoodsWaiting {
  /** Its MAC address. */
  of: string;
  /** A code that another tracker has, about which the person is asked. */
  twice: string | null;
  /** Milliseconds since 1970. */
  at: number;
}

/** What is left over from a former shift waits no longer. */
const KEPT_MS = 12 * 3_600_000;

/**
 * Which tracker waits for its goods after an answer. Answers come in the order of the scans, so that a scanner that
 * sends tracker, code, tracker, code needs no pause. A tracker that was refused leaves none waiting: the code that
 * follows it must not go to the one before.
 */
export function waitingAfter(waiting: GoodsWaiting | null, entry: ScanEntry, now: number): GoodsWaiting | null {
  const { result } = entry;
  if (!result || result.order.unpairedCount === undefined) return waiting;
  const of = result.macAddress;
  switch (result.outcome) {
    case 'allocated':
    case 'already-in-this-order':
    case 'unpaired':
      return of === null ? null : { of, twice: null, at: now };
    case 'goods-twice':
      return of === null ? null : { of, twice: result.goods?.reference ?? result.scanned, at: now };
    case 'goods-unusable':
      return waiting;
    case 'undone':
    case 'returned':
      return waiting?.of === of ? null : waiting;
    default:
      return null;
  }
}

const key = (orderId: number) => `console.goods.${orderId}`;

/** Survives a reload: the tracker in the person's hand still waits. */
export function keepWaiting(storage: Storage, orderId: number, waiting: GoodsWaiting | null): void {
  try {
    if (waiting) storage.setItem(key(orderId), JSON.stringify(waiting));
    else storage.removeItem(key(orderId));
  } catch {
    // A full storage: after a reload the tracker is scanned again.
  }
}

export function keptWaiting(storage: Storage, orderId: number, now: number): GoodsWaiting | null {
  try {
    const kept = JSON.parse(storage.getItem(key(orderId)) ?? 'null') as Partial<GoodsWaiting> | null;
    if (typeof kept?.of !== 'string' || typeof kept.at !== 'number' || now - kept.at > KEPT_MS) return null;
    return { of: kept.of, twice: typeof kept.twice === 'string' ? kept.twice : null, at: kept.at };
  } catch {
    return null;
  }
}
