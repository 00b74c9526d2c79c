import type { NoPositionAnswer } from '../../../src-shared/contract/no-position.ts';
import type { PartState } from '../../../src-shared/contract/part-state.ts';
import {
  type FetchingFacts,
  FRESH_MS,
  type NoPosition,
  type NoPositionReason,
  whyNoPosition,
  whyNoPositionForClient,
} from '../../../src-shared/domain/no-position.ts';
import type { Keyring } from '../keys/keyring.ts';
import type { Queryable } from '../platform/db/queryable.ts';
import { notFound } from '../platform/errors.ts';
import type { Handlers, RequestContext } from '../platform/http/handler.ts';
import { requirePrincipal } from '../platform/http/principal.ts';
import { ALIVE_MS, isFetching } from './fetcher-control.ts';
import { readFetcherSettings } from './fetcher-settings.ts';
import {
  clientPositionFacts,
  countTrackers,
  fetchingWorks,
  noPositionFacts,
  type WhichTrackers,
} from './no-position-store.ts';
import { sourcesHealth } from './sources-health-store.ts';

const PAGE = 2000;

export interface NoPositionDeps {
  keyring: Keyring;
  workerStates: () => Record<string, PartState>;
}

/** Reads trackers and says why each has no position, by id: those that have one are named with null. */
type Reasons = (which: WhichTrackers) => Promise<Map<number, Found>>;
interface Found {
  because: NoPosition | null;
  runId: number | null;
}

export const noPositionHandlers = (deps: NoPositionDeps) =>
  ({
    async getNoPosition(context, { params }) {
      const { trackerId } = params;
      const reasons = await reasonsFor(context, deps);
      const found = (await reasons({ trackerIds: [trackerId], afterId: 0, limit: 1 })).get(trackerId);
      if (!found) throw notFound('tracker', trackerId);
      const { because, runId } = found;
      if (because === null) return { because };
      const at = because.at === null ? null : new Date(because.at).toISOString();
      return { because: { ...because, at, productionRunId: runId } satisfies NoPositionAnswer };
    },

    async countNoPosition(context, { query }) {
      const { tx, now } = context;
      const reasons = await reasonsFor(context, deps);
      const staleBefore = new Date(now.getTime() - FRESH_MS);
      const counted = new Map<NoPositionReason, { count: number; trackerId: number }>();
      let stale = 0;
      for (let afterId = 0; ; ) {
        const page = await reasons({ ...query, staleBefore, afterId, limit: PAGE });
        for (const [trackerId, { because }] of page) {
          if (because === null) continue;
          stale++;
          const { count = 0, trackerId: first = trackerId } = counted.get(because.reason) ?? {};
          counted.set(because.reason, { count: count + 1, trackerId: first });
        }
        if (page.size < PAGE) break;
        afterId = [...page.keys()].at(-1)!;
      }
      const trackers = await countTrackers(tx, query);
      const sorted = [...counted].sort(([, a], [, b]) => b.count - a.count);
      return { trackers, located: trackers - stale, reasons: sorted.map(([reason, found]) => ({ reason, ...found })) };
    },
  }) satisfies Partial<Handlers>;

/** Staff are told all there is to know, a client's user what follows from their own periods. */
async function reasonsFor(context: RequestContext, deps: NoPositionDeps): Promise<Reasons> {
  const { tx, now } = context;
  if (requirePrincipal(context).client !== null) {
    const runsHere = deps.workerStates().fetcher?.is === 'up';
    const works = await fetchingWorks(tx, { runsHere, ableSince: new Date(now.getTime() - ALIVE_MS) });
    return async (which) =>
      mapValues(await clientPositionFacts(tx, { ...which, works }), (facts) => ({
        because: whyNoPositionForClient(facts, now.getTime()),
        runId: facts.run.id,
      }));
  }
  const fetching = await fetchingFacts(tx, deps, now);
  return async (which) =>
    mapValues(await noPositionFacts(tx, which), (facts) => ({
      because: whyNoPosition(facts, fetching, now.getTime()),
      runId: facts.run?.id ?? null,
    }));
}

const mapValues = <T, U>(map: ReadonlyMap<number, T>, change: (value: T) => U): Map<number, U> =>
  new Map([...map].map(([key, value]) => [key, change(value)]));

async function fetchingFacts(db: Queryable, deps: NoPositionDeps, now: Date): Promise<FetchingFacts> {
  const { paused } = await readFetcherSettings(db);
  const { enabled, failingSince } = await sourcesHealth(db);
  return {
    running: await isFetching(db, deps.workerStates(), now),
    paused,
    keyState: deps.keyring.state(),
    sources: enabled,
    failingSince: failingSince?.getTime() ?? null,
  };
}
