import type { NoPositionAnswer } from '../../../src-shared/contract/no-position.ts';
import type { PartState } from '../../../src-shared/contract/part-state.ts';
import {
  type FetchingFacts,
  FRESH_MS,
  type NoPositionReason,
  whyNoPosition,
} from '../../../src-shared/domain/no-position.ts';
import type { Keyring } from '../keys/keyring.ts';
import type { Queryable } from '../platform/db/queryable.ts';
import { notFound } from '../platform/errors.ts';
import type { Handlers } from '../platform/http/handler.ts';
import { isFetching } from './fetcher-control.ts';
import { readFetcherSettings } from './fetcher-settings.ts';
import { countTrackers, noPositionFacts } from './no-position-store.ts';
import { sourcesHealth } from './sources-health-store.ts';

const PAGE = 2000;

export interface NoPositionDeps {
  keyring: Keyring;
  workerStates: () => Record<string, PartState>;
}

export const noPositionHandlers = (deps: NoPositionDeps) =>
  ({
    async getNoPosition({ tx, now }, { params }) {
      const { trackerId } = params;
      const facts = (await noPositionFacts(tx, { trackerIds: [trackerId], afterId: 0, limit: 1 })).get(trackerId);
      if (!facts) throw notFound('tracker', trackerId);
      const found = whyNoPosition(facts, await fetchingFacts(tx, deps, now), now.getTime());
      if (found === null) return { because: null };
      const at = found.at === null ? null : new Date(found.at).toISOString();
      return { because: { ...found, at, productionRunId: facts.run?.id ?? null } satisfies NoPositionAnswer };
    },

    async countNoPosition({ tx, now }, { query }) {
      const fetching = await fetchingFacts(tx, deps, now);
      const staleBefore = new Date(now.getTime() - FRESH_MS);
      const reasons = new Map<NoPositionReason, { count: number; trackerId: number }>();
      let stale = 0;
      for (let afterId = 0; ; ) {
        const page = await noPositionFacts(tx, { ...query, staleBefore, afterId, limit: PAGE });
        for (const [trackerId, facts] of page) {
          const found = whyNoPosition(facts, fetching, now.getTime());
          if (found === null) continue;
          stale++;
          const { count = 0, trackerId: first = trackerId } = reasons.get(found.reason) ?? {};
          reasons.set(found.reason, { count: count + 1, trackerId: first });
        }
        if (page.size < PAGE) break;
        afterId = [...page.keys()].at(-1)!;
      }
      const trackers = await countTrackers(tx, query);
      const sorted = [...reasons].sort(([, a], [, b]) => b.count - a.count);
      return { trackers, located: trackers - stale, reasons: sorted.map(([reason, found]) => ({ reason, ...found })) };
    },
  }) satisfies Partial<Handlers>;

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
