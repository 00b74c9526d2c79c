import type { EventBus } from '../platform/events/bus.ts';
import type { Handlers } from '../platform/http/handler.ts';
import { requirePrincipal } from '../platform/http/principal.ts';
import { listFetchFailures, muteFailures } from './fetch-failures-store.ts';
import { listFetchDays, listFetchMinutes } from './fetch-history-store.ts';
import { readFetcherSettings } from './fetcher-settings.ts';
import { countCorruptReports, listCorruptReports } from './ingest/corrupt-reports-store.ts';

export interface FetchFailureDeps {
  events: EventBus;
}

export const fetchFailureHandlers = (deps: FetchFailureDeps) =>
  ({
    async listFetchFailures({ tx }, { query }) {
      const { failingStreak } = await readFetcherSettings(tx);
      return listFetchFailures(tx, query, failingStreak);
    },

    async muteFetchFailures(context, { body }) {
      const { tx, now } = context;
      const { trackerIds, muted, note } = body;
      const by = requirePrincipal(context).userId;
      const changed = await muteFailures(tx, trackerIds, muted ? { by, note } : null, now);
      await context.audit({ resourceType: 'tracker', details: { trackerIds, muted, note, changed } });
      tx.afterCommit(() => deps.events.publish({ type: 'fetcher' }));
      return { changed };
    },

    listFetchDays: async ({ tx, now }, { query }) => ({ items: await listFetchDays(tx, query, now) }),
    listFetchMinutes: async ({ tx, now }, { query }) => ({ items: await listFetchMinutes(tx, query, now) }),

    listCorruptReports: ({ tx }, { query }) => listCorruptReports(tx, query),
    countCorruptReports: async ({ tx }) => ({ items: await countCorruptReports(tx) }),
  }) satisfies Partial<Handlers>;
