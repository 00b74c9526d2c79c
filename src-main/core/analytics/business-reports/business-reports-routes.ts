import { z } from 'zod';
import { keyAfter } from '../../platform/db/listing.ts';
import { encodeCursor } from '../../platform/http/cursor.ts';
import type { Handlers } from '../../platform/http/handler.ts';
import { tracksFile } from '../track-export/track-export.ts';
import { reportFile } from './business-report-files.ts';
import { businessReports } from './business-reports.ts';

export const businessReportHandlers = {
  async getReport({ tx, now }, { params, query }) {
    const { limit, cursor, ...scope } = query;
    const report = businessReports[params.report];
    const begin = keyAfter(z.number().int(), cursor) ?? 0;
    const { rows, hasMore } = await report.page(tx, { scope, now, after: begin, limit });
    const last = rows.at(-1);
    return {
      columns: report.columns,
      items: rows.map(({ cells, trackerId, timeZone }) => ({ cells, trackerId, timeZone })),
      nextCursor: hasMore && last ? encodeCursor(last.key) : null,
    };
  },
  downloadReport: (context, { params, query }) => reportFile(context, params.report, query),
  downloadTracks: (context, { query }) => tracksFile(context, query),
} satisfies Partial<Handlers>;
