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
/** Rows found already are read in larger parts: what a statement costs by itself is then little. */
const PART = 2_000;

type InTransaction = <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;
type Asked = Omit<ReportRequest, 'after' | 'limit'>;
type Rows = AsyncGenerator<ReportPage['rows'], void, undefined>;

/**
 * All rows of a report, each part read in a transaction of its own, one ahead of the receiver: a report of any
 * size needs little memory and holds no transaction open, however slow the receiver is. A receiver that goes away ends it.
 */
export async function* reportPages(report: BusinessReport, request: Asked, transaction: InTransaction): Rows {
  const parts = report.keys === null ? pagesOf(report, request, transaction) : partsOf(report, request, transaction);
  let next = parts.next();
  for (;;) {
    const { done, value } = await next;
    if (done) return;
    next = parts.next();
    // It fails when it is its turn, or not at all.
    next.catch(() => undefined);
    yield value;
  }
}

/** Page by page, each looked for after the last row of the one before. */
async function* pagesOf(report: BusinessReport, request: Asked, transaction: InTransaction): Rows {
  for (let after = 0; ; ) {
    const page = await transaction((tx) => report.page(tx, { ...request, after, limit: PAGE }));
    yield page.rows;
    const last = page.rows.at(-1);
    if (!page.hasMore || last === undefined) return;
    after = last.key;
  }
}

/** What is to be read is found once, and read by its keys. */
async function* partsOf(report: BusinessReport, request: Asked, transaction: InTransaction): Rows {
  const keys = await transaction((tx) => report.keys!(tx, request));
  for (let from = 0; from < keys.length; from += PART) {
    const among = [...keys.subarray(from, from + PART)];
    const { rows } = await transaction((tx) => report.page(tx, { ...request, after: 0, limit: PART, among }));
    yield rows;
  }
}
