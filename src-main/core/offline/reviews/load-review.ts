import type { Logger } from 'pino';
import { MAX_PINNED_TRACKERS, type ReviewPin, type ReviewTarget } from '../../../../src-shared/contract/reviews.ts';
import { type LocationKind, locationKinds } from '../../../../src-shared/contract/status.ts';
import type { Tracker } from '../../../../src-shared/contract/trackers.ts';
import { listLocations } from '../../locations/locations-store.ts';
import type { Database, Transaction } from '../../platform/db/queryable.ts';
import { AppError } from '../../platform/errors.ts';
import { readTrack } from '../../trackers/track-store.ts';
import { locationReports, statusHistory, trackerAggregates } from '../../trackers/tracker-history-store.ts';
import { getTracker, listTrackers } from '../../trackers/trackers-store.ts';
import {
  brokenOff,
  forgetOlder,
  putLocations,
  putReviewed,
  type ReviewedTracker,
  type Reviewer,
  setPinState,
  WAITS,
} from '../store/reviews-store.ts';
import type { Workstation } from '../workstation.ts';
import { trackersInArea } from './review-area-store.ts';

/** What was read before the connection was lost is kept so long for the rest of it. */
const GOES_ON_MS = 3_600_000;

const limit = MAX_PINNED_TRACKERS.toLocaleString('en');
/** What to narrow. What was read before stays as it is. */
const tooMany: Record<ReviewTarget['kind'], string> = {
  client: `This client has more than ${limit} trackers now. Pin its production runs one by one instead.`,
  run: `This production run has more than ${limit} trackers now. Pin an area, such as a country or a town, instead.`,
  area: `More than ${limit} trackers are or were in this area. Pin a smaller area, or fewer days.`,
};

/** Trackers per transaction. */
const PAGE = 20;
const POINTS = 20_000;
const ROWS = 500;

/**
 * Reads what a pin names into the store, in the scope of the person who pinned it, so never more than they may see.
 * What was read before stays until everything is there. Never rejects: the pin says why it failed. Where the
 * connection is lost it waits, and goes on where it was.
 */
export async function loadReview(
  workstation: Workstation,
  deps: { db: Database; now: () => Date; log: Logger },
  reviewer: Reviewer,
  pin: Pick<ReviewPin, 'id' | 'target' | 'from' | 'to'>,
  mostTrackers = MAX_PINNED_TRACKERS,
): Promise<void> {
  const { store } = workstation;
  const before = brokenOff(store, pin.id);
  // What was read an hour ago is read again.
  const goesOn = before !== null && deps.now().getTime() - before.at < GOES_ON_MS;
  const startedAt = goesOn ? new Date(before.at) : deps.now();
  const scope = { kind: 'user', ...reviewer } as const;
  const inScope = <T>(work: (tx: Transaction) => Promise<T>) => deps.db.transaction(scope, work);
  let done = 0;
  let total: number | null = null;
  const progress = (state: 'loading' | 'failed', error: string | null = null) =>
    setPinState(store, pin.id, { state, done, total, error });
  try {
    const ids = await inScope((tx) => trackerIds(tx, pin, startedAt, mostTrackers + 1));
    if (ids.length > mostTrackers) throw new AppError('validation-failed', tooMany[pin.target.kind]);
    total = ids.length;
    const left = goesOn ? ids.filter((id) => !before.ids.has(id)) : ids;
    done = ids.length - left.length;
    progress('loading');
    // First, so that a map without its places is never taken for a company without any.
    for (const kind of locationKinds) await readLocations(workstation, pin.id, kind, startedAt, inScope);
    for (let at = 0; at < left.length; at += PAGE) {
      const items = await inScope(async (tx) => {
        const read: ReviewedTracker[] = [];
        for (const id of left.slice(at, at + PAGE))
          read.push(await readTracker(tx, await getTracker(tx, id, new Date()), pin));
        return read;
      });
      if (!store.isOpen()) return;
      putReviewed(store, pin.id, startedAt.getTime(), items);
      done += items.length;
      progress('loading');
    }
    store.write(() => {
      forgetOlder(store, pin.id, startedAt.getTime());
      setPinState(store, pin.id, { state: 'ready', done, total, loadedAt: startedAt.getTime() });
    });
  } catch (error) {
    if (!store.isOpen()) return;
    if (error instanceof AppError && error.code === 'unavailable') return void progress('loading', WAITS);
    deps.log.warn({ err: error, pinId: pin.id }, 'a review could not be read');
    progress('failed', error instanceof AppError ? error.message : 'It could not be read. Refresh it later.');
  }
}

async function trackerIds(
  tx: Transaction,
  pin: Pick<ReviewPin, 'target' | 'from' | 'to'>,
  now: Date,
  most: number,
): Promise<number[]> {
  const { target } = pin;
  if (target.kind === 'area') return trackersInArea(tx, target, pin.from, pin.to, most);
  const filters =
    target.kind === 'client' ? { clientId: target.clientId } : { productionRunId: target.productionRunId };
  const ids: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await listTrackers(tx, { ...filters, sort: 'id', limit: 500, cursor }, now);
    ids.push(...page.items.map((tracker) => tracker.id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor && ids.length < most);
  return ids;
}

async function readTracker(
  tx: Transaction,
  tracker: Tracker,
  range: { from: string; to: string },
): Promise<ReviewedTracker> {
  const { id } = tracker;
  const { from, to } = range;
  const aggregates = async (period: 'hour' | 'day') =>
    (await trackerAggregates(tx, id, { period, from, to, limit: ROWS })).items;
  return {
    tracker,
    track: (await readTrack(tx, id, { from, to, limit: POINTS })).points,
    history: (await statusHistory(tx, id, { limit: ROWS, includeSuperseded: true })).items,
    reports: (await locationReports(tx, id, { from, to, limit: ROWS })).items,
    aggregates: { hour: await aggregates('hour'), day: await aggregates('day') },
  };
}

async function readLocations(
  { store }: Workstation,
  pinId: number,
  kind: LocationKind,
  at: Date,
  inScope: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>,
): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await inScope((tx) => listLocations(tx, kind, { limit: ROWS, cursor }));
    putLocations(store, pinId, at.getTime(), kind, page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
}
