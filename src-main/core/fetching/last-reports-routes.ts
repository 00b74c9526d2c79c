import { notFound } from '../platform/errors.ts';
import type { Handlers } from '../platform/http/handler.ts';
import { lastDayOf } from './closing-store.ts';
import { readFetcherSettings } from './fetcher-settings.ts';

const HOUR_MS = 3_600_000;
/** A last day with less than this share of a usual one is thin: reports of it may not have come. */
const THIN = 0.5;

export const lastReportsHandlers = {
  async getLastReports({ tx, now }, { params }) {
    const found = await lastDayOf(tx, params.productionRunId);
    if (!found) throw notFound('production run', params.productionRunId);
    const { closingAskHours } = await readFetcherSettings(tx);
    const { endsAt, lastDay, usual } = found;
    const isOver = endsAt <= now;
    return {
      closingAskHours,
      until: isOver && closingAskHours > 0 ? new Date(+endsAt + closingAskHours * HOUR_MS).toISOString() : null,
      lastDay,
      usual: Math.round(usual),
      thin: isOver && lastDay < THIN * usual,
    };
  },
} satisfies Partial<Handlers>;
