import type { Logger } from 'pino';
import type { ReviewPin } from '../../../../src-shared/contract/reviews.ts';
import type { Database } from '../../platform/db/queryable.ts';
import { findPersonById } from '../store/people-store.ts';
import { pinsToRead, type Reviewer } from '../store/reviews-store.ts';
import type { Workstation } from '../workstation.ts';
import { loadReview } from './load-review.ts';

/** How old what is pinned becomes while the database is there. */
const REFRESH_MS = 30 * 60_000;

export interface ReviewReading {
  db: Database;
  now: () => Date;
  log: Logger;
}

const reading = new WeakMap<Workstation, Set<number>>();

const keeping = new WeakSet<Workstation>();

/** Reads a pin unless that is under way. */
export async function readPin(workstation: Workstation, deps: ReviewReading, reviewer: Reviewer, pin: ReviewPin) {
  const busy = reading.get(workstation) ?? new Set<number>();
  reading.set(workstation, busy);
  if (busy.has(pin.id)) return;
  busy.add(pin.id);
  await loadReview(workstation, deps, reviewer, pin).finally(() => busy.delete(pin.id));
}

/**
 * Goes on with pins whose reading was broken off, and reads old ones again, one after the other. Those of people who were
 * disabled since are left alone. Resolves when all were read.
 */
export async function keepReviewsFresh(workstation: Workstation, deps: ReviewReading): Promise<void> {
  if (keeping.has(workstation)) return;
  keeping.add(workstation);
  await readOld(workstation, deps).finally(() => keeping.delete(workstation));
}

async function readOld(workstation: Workstation, deps: ReviewReading): Promise<void> {
  const { store, link } = workstation;
  for (const { reviewer, pin } of pinsToRead(store, deps.now().getTime() - REFRESH_MS)) {
    if (link.state() !== 'online') return;
    const person = findPersonById(store, reviewer.userId);
    if (person && person.clientId === reviewer.clientId) await readPin(workstation, deps, reviewer, pin);
  }
}
