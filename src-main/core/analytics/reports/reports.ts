import type { ReportCell, ReportColumn } from '../../../../src-shared/contract/report-cells.ts';
import type { ReportName } from '../../../../src-shared/contract/reports.ts';
import type { Transaction } from '../../platform/db/queryable.ts';
import {
  deliveryColumns,
  deliveryList,
  deliveryPerformance,
  deliveryPerformanceColumns,
} from './deliveries-report-store.ts';
import {
  dwellByLocation,
  dwellByLocationColumns,
  dwellByTracker,
  dwellByTrackerColumns,
} from './dwell-report-store.ts';
import type { ReportPage, ReportRequest } from './report-scope-store.ts';
import { runSummary, runSummaryColumns, silentTrackerColumns, silentTrackers } from './runs-report-store.ts';

interface ReportSource {
  columns: ReportColumn[];
  page(tx: Transaction, request: ReportRequest): Promise<ReportPage>;
}

/** Every report: its columns, and how a page of it is read. */
export const reportSources: Record<ReportName, ReportSource> = {
  'run-summary': { columns: runSummaryColumns, page: runSummary },
  'delivery-performance': { columns: deliveryPerformanceColumns, page: deliveryPerformance },
  deliveries: { columns: deliveryColumns, page: deliveryList },
  'dwell-by-location': { columns: dwellByLocationColumns, page: dwellByLocation },
  'dwell-by-tracker': { columns: dwellByTrackerColumns, page: dwellByTracker },
  'silent-trackers': { columns: silentTrackerColumns, page: silentTrackers },
};

const PAGE = 500;

/**
 * All pages of a report, each read in a transaction of its own while the receiver takes the one before: a report of any
 * size needs little memory and holds no transaction open.
 */
export async function* reportPages(
  source: ReportSource,
  request: Omit<ReportRequest, 'after' | 'limit'>,
  transaction: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>,
): AsyncGenerator<ReportCell[][], void, undefined> {
  for (let after = 0; ; ) {
    const page = await transaction((tx) => source.page(tx, { ...request, after, limit: PAGE }));
    yield page.rows.map((row) => row.cells);
    const last = page.rows.at(-1);
    if (!page.hasMore || last === undefined) return;
    after = last.key;
  }
}
