import { readFetcherSettings } from '../../reports/fetcher-settings.ts';
import { countCorruptReports, listCorruptReports } from '../../repositories/corrupt-reports.ts';
import { listFetchFailures, muteFailures } from '../../repositories/fetch-failures.ts';
import { listFetchDays, listFetchMinutes } from '../../repositories/fetch-history.ts';
import type { Handlers } from '../handler.ts';
import { requirePrincipal } from '../principal.ts';

export const fetchFailureHandlers = {
  async listFetchFailures({ tx }, { query }) {
    const { failingStreak } = await readFetcherSettings(tx);
    return listFetchFailures(tx, query, failingStreak);
  },

  async muteFetchFailures(context, { body }) {
    const { tx, now, core } = context;
    const { trackerIds, muted, note } = body;
    const by = requirePrincipal(context).userId;
    const changed = await muteFailures(tx, trackerIds, muted ? { by, note } : null, now);
    await context.audit({ resourceType: 'tracker', details: { trackerIds, muted, note, changed } });
    tx.afterCommit(() => core.events.publish({ type: 'fetcher' }));
    return { changed };
  },

  listFetchDays: async ({ tx, now }, { query }) => ({ items: await listFetchDays(tx, query, now) }),
  listFetchMinutes: async ({ tx, now }, { query }) => ({ items: await listFetchMinutes(tx, query, now) }),

  listCorruptReports: ({ tx }, { query }) => listCorruptReports(tx, query),
  countCorruptReports: async ({ tx }) => ({ items: await countCorruptReports(tx) }),
} satisfies Partial<Handlers>;
