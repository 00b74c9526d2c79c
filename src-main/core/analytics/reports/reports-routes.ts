import { z } from 'zod';
import { keyAfter } from '../../platform/db/listing.ts';
import { encodeCursor } from '../../platform/http/cursor.ts';
import type { Handlers } from '../../platform/http/handler.ts';
import { reportFile, tracksFile } from './report-files.ts';
import { reportSources } from './reports.ts';

export const reportHandlers = {
  async getReport({ tx, now }, { params, query }) {
    const { limit, cursor, ...scope } = query;
    const source = reportSources[params.report];
    const begin = keyAfter(z.number().int(), cursor) ?? 0;
    const { rows, hasMore } = await source.page(tx, { scope, now, after: begin, limit });
    const last = rows.at(-1);
    return {
      columns: source.columns,
      items: rows.map(({ cells, trackerId }) => ({ cells, trackerId })),
      nextCursor: hasMore && last ? encodeCursor(last.key) : null,
    };
  },
  downloadReport: (context, { params, query }) => reportFile(context, params.report, query),
  downloadTracks: (context, { query }) => tracksFile(context, query),
} satisfies Partial<Handlers>;
