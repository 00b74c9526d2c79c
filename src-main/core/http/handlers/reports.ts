import { z } from 'zod';
import { reportSources } from '../../reporting/report-sources.ts';
import { after } from '../../repositories/listing.ts';
import { reportFile, tracksFile } from '../../services/report-files.ts';
import { encodeCursor } from '../cursor.ts';
import type { Handlers } from '../handler.ts';

export const reportHandlers = {
  async getReport({ tx, now }, { params, query }) {
    const { limit, cursor, ...scope } = query;
    const source = reportSources[params.report];
    const begin = after(z.number().int(), cursor) ?? 0;
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
