import type { FoldState, HistoryEntry, ReportKey } from './types.ts';

/** A live entry as it is stored. */
export interface StoredEntry extends HistoryEntry {
  id: number;
  /** Null where it was written before there were periods. */
  runPeriodId: number | null;
}

/** An entry, and the run period that it belongs to. */
export interface PeriodEntry extends HistoryEntry {
  runPeriodId: number;
}

export interface HistoryChange {
  /** Ids of entries that no longer hold. */
  superseded: number[];
  /** New entries. */
  added: PeriodEntry[];
}

/**
 * The changes that turn `stored`, the live entries of the folded stretch, into `entries`, the result of the fold. Equal
 * entries stay as they are and keep their visit.
 */
export function compareHistory(stored: readonly StoredEntry[], entries: readonly PeriodEntry[]): HistoryChange {
  const byCause = new Map(stored.map((entry) => [keyText(entry.cause), entry]));
  const added: PeriodEntry[] = [];
  for (const entry of entries) {
    const known = byCause.get(keyText(entry.cause));
    const same =
      known !== undefined &&
      known.status === entry.status &&
      known.locationId === entry.locationId &&
      known.enteredAt === entry.enteredAt &&
      known.runPeriodId === entry.runPeriodId;
    if (same) byCause.delete(keyText(entry.cause));
    else added.push(entry);
  }
  return { superseded: [...byCause.values()].map((entry) => entry.id), added };
}

/** The state right after the report that caused an entry. That report is inside, so no exit has begun. */
export function stateAfter(entry: HistoryEntry): FoldState {
  return {
    status: entry.status,
    locationId: entry.locationId,
    since: entry.enteredAt,
    exitStreak: 0,
    exitSince: null,
    last: entry.cause,
  };
}

const keyText = (key: ReportKey) => `${key.at} ${key.hash}`;
