import type { LeftOutReason } from '../../../src-shared/domain/status/types.ts';
import type { Queryable } from '../platform/db/queryable.ts';

export interface LeftOutChange {
  trackerId: number;
  at: number;
  hash: string;
  reason: LeftOutReason | null;
}

/** Writes why reports are left out, where that has changed: reports belong to the room that stores them. */
export type SaveLeftOut = (tx: Queryable, changes: readonly LeftOutChange[]) => Promise<void>;

/** Does a piece of work in a transaction of its own. */
export type InTransaction = <T>(work: (tx: Queryable) => Promise<T>) => Promise<T>;

/** What is worked out from history once it is folded. The engine only says when its turn is. */
export interface AfterFold {
  /** In the transaction of a fold: the history or the reports of these trackers have changed. */
  queue(tx: Queryable, trackerIds: readonly number[], now: Date): Promise<void>;
  /** Whether a tracker is queued. */
  isQueued(db: Queryable): Promise<boolean>;
  /** In a transaction of its own: up to `limit` queued trackers. Says how many, and which clients see something new. */
  workOff(tx: Queryable, limit: number, now: Date): Promise<{ trackers: number; clientIds: (number | null)[] }>;
  /**
   * What the passing of time alone causes, in as many short transactions as it takes. Says which clients see something new,
   * null for staff alone.
   */
  timePassed(inTransaction: InTransaction, now: Date): Promise<{ clientIds: (number | null)[] }>;
}

/** What other rooms do for a fold. */
export interface FoldHooks {
  saveLeftOut: SaveLeftOut;
  afterFold: AfterFold;
}
