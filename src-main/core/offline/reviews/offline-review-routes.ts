import type { ReviewPin } from '../../../../src-shared/contract/reviews.ts';
import type { LocationKind } from '../../../../src-shared/contract/status.ts';
import { AppError } from '../../platform/errors.ts';
import { requirePrincipal } from '../../platform/http/principal.ts';
import { markAge, markPart, type OfflineContext, type OfflineRoutes } from '../offline-route.ts';
import { allReviewed, findReviewed, listPins, type Reviewer, reviewedLocations } from '../store/reviews-store.ts';
import { mapOffline } from './map-offline.ts';

const reviewerOf = (context: OfflineContext): Reviewer => {
  const { userId, client } = requirePrincipal(context);
  return { userId, clientId: client?.id ?? null };
};

/** Pins that were not read to their end hold a part of their trackers. */
function tellPart(context: OfflineContext): void {
  const pins = listPins(context.workstation.store, reviewerOf(context)).filter(({ loadedAt }) => loadedAt === null);
  const sum = (of: (pin: ReviewPin) => number) => pins.reduce((total, pin) => total + of(pin), 0);
  markPart(
    context,
    sum(({ trackers }) => trackers),
    sum(({ trackers, total }) => total ?? trackers),
  );
}

function reviewed(context: OfflineContext, trackerId: number) {
  const found = findReviewed(context.workstation.store, reviewerOf(context), trackerId);
  if (!found)
    throw new AppError(
      'unavailable',
      'The central database can’t be reached, and this tracker is not in any of your pinned reviews.',
      { retryAfterSeconds: 5 },
    );
  markAge(context, found.loadedAt);
  tellPart(context);
  return found;
}

const all = (context: OfflineContext) => {
  const { trackers, loadedAt } = allReviewed(context.workstation.store, reviewerOf(context));
  // An empty map would say that there are no trackers.
  if (loadedAt === null)
    throw new AppError('unavailable', 'The central database can’t be reached, and you have pinned no review here.', {
      retryAfterSeconds: 5,
    });
  markAge(context, loadedAt);
  tellPart(context);
  return trackers;
};

const within =
  ({ from, to }: { from?: string | undefined; to?: string | undefined }) =>
  (at: string) =>
    (from === undefined || Date.parse(at) >= Date.parse(from)) && (to === undefined || Date.parse(at) < Date.parse(to));

/** Pages are not cut: what is kept of one tracker is small. */
const whole = <T>(items: T[]) => ({ items, nextCursor: null });
const route = { whileCatchingUp: false, repeatable: true } as const;
const locations = (kind: LocationKind) => ({
  ...route,
  answer: (
    context: OfflineContext,
    { query }: { query: { productionRunId?: number | undefined; search?: string | undefined } },
  ) => {
    const pins = listPins(context.workstation.store, reviewerOf(context));
    const [oldest] = pins
      .flatMap((pin) => (pin.loadedAt === null ? [] : [Date.parse(pin.loadedAt)]))
      .sort((a, b) => a - b);
    // An empty list would say that there are none.
    if (oldest === undefined && reviewedLocations(context.workstation.store, reviewerOf(context), kind).length === 0)
      throw new AppError('unavailable', 'The central database can’t be reached, and no locations are kept here.', {
        retryAfterSeconds: 5,
      });
    markAge(context, oldest ?? null);
    tellPart(context);
    return whole(
      reviewedLocations(context.workstation.store, reviewerOf(context), kind).filter(
        ({ name, address, productionRun, productionRuns }) =>
          `${name} ${address ?? ''}`.toLowerCase().includes(query.search?.toLowerCase() ?? '') &&
          (query.productionRunId === undefined ||
            productionRun?.id === query.productionRunId ||
            productionRuns.some((run) => run.id === query.productionRunId)),
      ),
    );
  },
});

/** The map and the tracker page from what the person pinned. */
export const reviewRoutes = {
  getMapTrackers: {
    ...route,
    answer: (context, { query }) => mapOffline(all(context), query, context.workstation.clock.now()),
  },
  listTrackers: {
    ...route,
    answer: (context, { query }) => {
      const search = query.search?.toLowerCase().replaceAll(/[^a-z0-9-]/g, '') ?? '';
      const text = (value: string | null) => (value ?? '').toLowerCase().replaceAll(/[^a-z0-9-]/g, '');
      const items = all(context)
        .filter((tracker) => text(tracker.macAddress).includes(search) || text(tracker.serialNumber).includes(search))
        .filter((tracker) => query.clientId === undefined || tracker.client?.id === query.clientId)
        .filter((tracker) => query.productionRunId === undefined || tracker.productionRun?.id === query.productionRunId)
        .filter((tracker) => query.status === undefined || tracker.status === query.status)
        .sort((a, b) => (b.lastReport?.reportedAt ?? '').localeCompare(a.lastReport?.reportedAt ?? ''));
      return whole(items.slice(0, query.limit));
    },
  },
  getTracker: { ...route, answer: (context, { params }) => reviewed(context, params.trackerId).tracker },
  getTrackerTrack: {
    ...route,
    answer: (context, { params, query }) => {
      const inRange = within(query);
      const points = reviewed(context, params.trackerId).track.filter((point) => inRange(point.reportedAt));
      return { points: points.slice(-query.limit), truncated: points.length > query.limit };
    },
  },
  listStatusHistory: {
    ...route,
    answer: (context, { params, query }) =>
      whole(
        reviewed(context, params.trackerId).history.filter(
          (entry) => query.includeSuperseded || entry.supersededAt === null,
        ),
      ),
  },
  listLocationReports: {
    ...route,
    answer: (context, { params, query }) => {
      const inRange = within(query);
      return whole(reviewed(context, params.trackerId).reports.filter((report) => inRange(report.reportedAt)));
    },
  },
  listTrackerAggregates: {
    ...route,
    answer: (context, { params, query }) => {
      const inRange = within(query);
      const kept = reviewed(context, params.trackerId).aggregates[query.period];
      return whole(kept.filter((aggregate) => inRange(aggregate.bucketStart)));
    },
  },
  listStorageLocations: locations('storage'),
  listDeliveryLocations: locations('delivery'),
} satisfies OfflineRoutes;
