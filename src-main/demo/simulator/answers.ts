import { cutAnswer } from './cuts.ts';
import type { Faults } from './faults.ts';
import { seededRandom } from './random.ts';
import type { Asked } from './requests.ts';
import type { ReportStore, StoredReport } from './stored-reports.ts';

export type AnswerForm = 'older' | 'newer' | 'haystack';

/** One report of an answer. */
export interface AnswerItem {
  id: string;
  report: StoredReport;
}

const DAY_MS = 86_400_000;
/** Reports reach 7 days back, whatever is asked for. */
export const REACH_DAYS = 7;
/** A tracker that is `missing` is so for a quarter of a day. */
const MISSING_MS = DAY_MS / 4;

/**
 * What a server answers to the request with this number: the newest reports of the busiest tracker first, until the cap
 * is reached. So a busy one fills the answer, and the others look as if nobody had seen them.
 */
export function answerItems(
  store: ReportStore,
  asked: Asked,
  form: AnswerForm,
  options: { faults: Faults; seed: string | number; request: number; now: number },
): AnswerItem[] {
  const { faults, now } = options;
  const entries = form === 'newer' && faults.firstEntryOnly ? asked.entries.slice(0, 1) : asked.entries;
  let left = faults.idLimit || Number.POSITIVE_INFINITY;
  const groups: { id: string; reports: StoredReport[] }[] = [];
  for (const entry of entries) {
    const ids = entry.ids.slice(0, left).filter((id) => !isMissing(id, options));
    left -= Math.min(left, entry.ids.length);
    const found = store.reportsOf(ids, faults, { from: now - REACH_DAYS * DAY_MS, now });
    const narrow = form === 'haystack' || faults.dates === 1;
    for (const [id, reports] of found) {
      groups.push({ id, reports: narrow ? reports.filter((report) => within(report, entry)) : reports });
    }
  }
  const twice = groups.map(({ id, reports }) => ({
    id,
    reports: reports.flatMap((report) => (isDuplicate({ id, report }, options) ? [report, report] : [report])),
  }));
  if (form === 'haystack' && faults.haystackMerge) return onePerSecond(cutAnswer(twice, faults, options));
  return cutAnswer(twice, faults, options);
}

const within = (report: StoredReport, entry: { from: number | null; to: number | null }) =>
  report.at >= (entry.from ?? 0) && report.at <= (entry.to || Number.POSITIVE_INFINITY);

function isMissing(id: string, { faults, seed, now }: { faults: Faults; seed: string | number; now: number }) {
  return seededRandom(seed, 'missing', id, Math.floor(now / MISSING_MS)).chance(faults.missing);
}

function isDuplicate({ id, report }: AnswerItem, { faults, seed }: { faults: Faults; seed: string | number }) {
  return seededRandom(seed, 'duplicate', id, report.id).chance(faults.duplicate);
}

/** macless-haystack keys its answer by the second, over all keys together: the last one wins, the others are lost. */
function onePerSecond(items: AnswerItem[]): AnswerItem[] {
  const bySecond = new Map<number, AnswerItem>();
  for (const item of items) bySecond.set(item.report.at, item);
  return [...bySecond.values()].sort((one, other) => other.report.at - one.report.at);
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');

/** The answer's body in the form that was asked for. */
export function answerBody(form: AnswerForm, items: readonly AnswerItem[], withDates: boolean): object {
  if (form === 'newer') {
    const byId = new Map<string, string[]>();
    for (const { id, report } of items) {
      const payloads = byId.get(id) ?? [];
      payloads.push(base64(report.payload));
      byId.set(id, payloads);
    }
    const locationPayload = [...byId].map(([id, locationInfo]) => ({ id, locationInfo }));
    return { acsnLocations: { statusCode: '200', locationPayload } };
  }
  const results = items.map(({ id, report }) => ({
    id,
    payload: base64(report.payload),
    ...(withDates ? { datePublished: report.publishedAt } : {}),
    description: 'found',
    statusCode: 0,
  }));
  return { results, statusCode: '200' };
}
