import type { Status } from '../../src-shared/contract/status.ts';

/** A part of a track that is drawn in one way. */
export interface Leg {
  /** Index of its first and of its last point; the next leg begins where it ends. */
  from: number;
  to: number;
  /** The status that its beginning led to, which holds until the next report. */
  status: Status | null;
  /** Nothing was heard for so long that the way between is a guess. */
  isGap: boolean;
}

/** Longer silences are drawn as gaps. */
export const GAP_MS = 12 * 3_600_000;

/** Cuts a track where its status changes and where nothing was heard for long, so that few lines draw many points. */
export function legsOf(points: readonly { reportedAt: string; status: Status | null }[]): Leg[] {
  const legs: Leg[] = [];
  for (let to = 1; to < points.length; to++) {
    const [before, after] = [points[to - 1]!, points[to]!];
    const isGap = Date.parse(after.reportedAt) - Date.parse(before.reportedAt) > GAP_MS;
    const last = legs.at(-1);
    if (last && last.status === before.status && last.isGap === isGap) last.to = to;
    else legs.push({ from: to - 1, to, status: before.status, isGap });
  }
  return legs;
}
