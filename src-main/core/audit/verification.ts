import { randomUUID } from 'node:crypto';
import type { Queryable } from '../platform/db/queryable.ts';
import { AppError } from '../platform/errors.ts';
import { BEGINNING, type Link, type Walked, walkChain } from './audit-log-store.ts';

/** Entries of one statement: a fifth of a second or so. */
const PAGE = 20_000;
/** So many walks can be under way; the oldest are forgotten. */
const MOST_WALKS = 100;

/** How far a walk along the chain has come. */
export interface Walk extends Walked {
  /** The entry that it began after. */
  from: Link;
  /** Whether it came to the end, or to an entry that is broken. */
  isOver: boolean;
}

/** Begins a walk after an entry that stands. */
export const beginWalk = (from: Link = BEGINNING): Walk => ({
  ...{ from, entries: 0, firstBrokenId: null, last: from },
  isOver: false,
});

/** Goes on with a walk, a page at a time, for so many milliseconds. */
export async function walkOn(db: Queryable, walk: Walk, forMs = Number.POSITIVE_INFINITY, page = PAGE): Promise<Walk> {
  const until = performance.now() + forMs;
  let now = walk;
  while (!now.isOver) {
    const { entries, firstBrokenId, last } = await walkChain(db, now.last, page);
    const isOver = firstBrokenId !== null || entries < page;
    now = { from: now.from, entries: now.entries + entries, firstBrokenId, last, isOver };
    if (performance.now() > until) break;
  }
  return now;
}

/** Keeps walks between the requests that go on with them, so that nobody claims to have come further. */
export function createWalks() {
  const walks = new Map<string, Walk>();
  return {
    /** Takes up a walk. Throws AppError `conflict` when it isn't known (any more). */
    take(id: string): Walk {
      const walk = walks.get(id);
      if (!walk) throw new AppError('conflict', 'This check has ended. Start it again.');
      return walk;
    },
    /** Lays a walk down; returns what takes it up. */
    keep(walk: Walk): string {
      const id = randomUUID();
      walks.set(id, walk);
      for (const oldest of [...walks.keys()].slice(0, -MOST_WALKS)) walks.delete(oldest);
      return id;
    },
  };
}
