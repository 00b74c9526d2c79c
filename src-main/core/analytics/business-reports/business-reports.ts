import type { ReportName } from '../../../../src-shared/contract/business-reports.ts';
import type { Transaction } from '../../platform/db/queryable.ts';
import { deliveryList, deliveryPerformance } from './deliveries-report-store.ts';
import { dwellByLocation, dwellByTracker } from './dwell-report-store.ts';
import { orderList } from './orders-report-store.ts';
import type { BusinessReport, ReportPage, ReportRequest } from './report-definition.ts';
import { runSummary, silentTrackers } from './runs-report-store.ts';

/** Every report by its name. */
export const businessReports: Record<ReportName, BusinessReport> = {
  'run-summary': runSummary,
  'delivery-performance': deliveryPerformance,
  orders: orderList,
  deliveries: deliveryList,
  'dwell-by-location': dwellByLocation,
  'dwell-by-tracker': dwellByTracker,
  'silent-trackers': silentTrackers,
};

const PAGE = 500;

/**
 * All pages of a report, each read in a transaction of its own while the receiver takes the one before: a report of any
 * size needs little memory and holds no transaction open.
 */
export async function* reportPages(
  report: BusinessReport,
  request: Omit<ReportRequest, 'after' | 'limit'>,
  transaction: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>,
): AsyncGenerator<ReportPage['rows'], void, undefined> {
  for (let after = 0; ; ) {
    const page = await transaction((tx) => report.page(tx, { ...request, after, limit: PAGE }));
    yield page.rows;
    const last = page.rows.at(-1);
    if (!page.hasMore || last === undefined) return;
    after = last.key;
  }
}
