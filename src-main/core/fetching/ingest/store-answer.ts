import { hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { parseHead } from '../../../../src-shared/domain/find-my/payload.ts';
import type { KekHolder } from '../../keys/data-keys.ts';
import { ownersOfKeys } from '../../trackers/tracker-keys-store.ts';
import { type AnswerCount, type Ask, isOutside, type KeyAnswer } from '../asking/ask.ts';
import { beginSearch } from '../fetch-states-store.ts';
import type { FetcherDeps } from '../fetcher-deps.ts';
import { createOpenKeys, type OpenKeys } from '../opening/open-keys.ts';
import {
  freshReports,
  latestTime,
  openReports,
  type ReceivedReport,
  received,
  unique,
} from '../opening/open-reports.ts';
import type { MalformedEntry, SourceReport } from '../sources/source.ts';
import { ingestReports, isTooOld } from './ingest.ts';
import type { CorruptReportRow } from './location-reports-store.ts';
import { markOf, type SeenPayloads } from './seen-payloads.ts';
import { keepWaiting } from './waiting-reports-store.ts';

/** Reports stored by one statement, during which the embedded engine answers nobody else. */
const CHUNK = 1000;
/** While one chunk is with the database, the next ones are being decrypted. */
const LANES = 3;
/** Malformed entries of one answer that are kept; all are counted. */
const MAX_MALFORMED = 100;

export interface StoredAnswer {
  count: AnswerCount;
  stored: number;
  duplicates: number;
  /** Not known before, malformed entries included. */
  corrupt: number;
  /** A bad point or tag, or a private key that can't be opened. */
  decryptFailed: number;
  /** Left out, each time that they come: by their own time and that of their publication. */
  tooOld: number;
  /** Ahead of the clock, and not known before: they wait. */
  ahead: number;
  /** What to remember beside a tracker's success: its private key can't be opened. */
  notes: ReadonlyMap<number, string>;
}

export interface AnswerContext {
  deps: Pick<FetcherDeps, 'db' | 'engine' | 'openingPool' | 'now' | 'nearestCity'>;
  keys: KekHolder;
  maxReportAgeDays: number;
  /** An answer with this many reports is full; null when nothing is known of a cap. */
  cap: number | null;
  sourceId: number;
  requestId: string;
  /** What is known to be stored. */
  seen: SeenPayloads;
}

/** From a raw answer to stored reports: what is known is left out, the rest decrypted and ingested. */
export async function storeAnswer(
  context: AnswerContext,
  ask: Pick<Ask, 'from' | 'to'>,
  answer: { reports: readonly SourceReport[]; malformed: readonly MalformedEntry[] },
  trackerOf: ReadonlyMap<string, number>,
): Promise<StoredAnswer> {
  const { db } = context.deps;
  // Reports of keys that nobody asked for count towards the cap, and are nobody's.
  const named = [...answer.reports, ...answer.malformed].flatMap(({ id }) =>
    id !== null && trackerOf.has(id) ? id : [],
  );
  const { owners: ownerOf, moves } = await ownersOfKeys(db, [...new Set(named)]);
  const at = context.deps.now().getTime();
  const isSeen = new Map([...ownerOf.values()].map(({ trackerId }) => [trackerId, context.seen.of(trackerId, at)]));
  let known = 0;
  const mine = answer.reports.flatMap(({ id, payload, publishedAt }) => {
    const owner = ownerOf.get(id);
    if (!owner) return [];
    if (!isSeen.get(owner.trackerId)?.(markOf(payload))) {
      return [received(owner.trackerId, payload, publishedAt, owner.number)];
    }
    known++;
    return [];
  });
  const damaged = answer.malformed.map(({ id, content }): CorruptReportRow => {
    const payloadHash = hash('sha256', content, 'buffer');
    return {
      trackerId: id === null ? null : (ownerOf.get(id)?.trackerId ?? null),
      payload: content,
      payloadHash,
      reason: 'malformed',
    };
  });
  const reports = unique(mine);
  const { keys, total } = countByKey(answer);
  const perTracker = new Map<number, number>();
  let outside = 0;
  for (const [id, key] of keys) {
    const trackerId = ownerOf.get(id)?.trackerId;
    if (trackerId === undefined) continue;
    perTracker.set(trackerId, (perTracker.get(trackerId) ?? 0) + key.reports);
    for (const time of key.times) if (isOutside(ask, time)) outside++;
  }

  const openKeys = createOpenKeys(db, context.keys);
  const tally: Tally = {
    stored: 0,
    duplicates: 0,
    corrupt: 0,
    decryptFailed: 0,
    tooOld: 0,
    ahead: 0,
    withNews: new Set(),
    stood: new Map(),
  };
  try {
    tally.duplicates = known + mine.length - reports.length;
    const fills = (trackerId: number) =>
      context.cap !== null && total >= context.cap && perTracker.get(trackerId) === total;
    const chunks = inChunks(reports);
    const kept = damaged.slice(0, MAX_MALFORMED);
    await inLanes(Math.max(1, chunks.length), (n) =>
      storeChunk({ ...context, moves }, openKeys, chunks[n] ?? [], n === 0 ? kept : [], fills, tally),
    );
  } finally {
    openKeys.close();
  }
  for (const [trackerId, marks] of tally.stood) context.seen.keep(trackerId, marks, at);
  const { withNews, stood: _, ...numbers } = tally;
  const asked = new Map([...keys].filter(([id]) => trackerOf.has(id)));
  return { count: { keys: asked, total, outside, withNews }, ...numbers, notes: openKeys.unopened };
}

/** What the answer has of each key, and in all; a report that is repeated counts once. */
function countByKey(answer: { reports: readonly SourceReport[]; malformed: readonly MalformedEntry[] }) {
  const keys = new Map<string, KeyAnswer & { times: number[]; seen: Set<string | number> }>();
  let total = 0;
  const count = (id: string, mark: string | number, time: number | null) => {
    const key = keys.get(id) ?? { reports: 0, times: [], seen: new Set() };
    keys.set(id, key);
    if (key.seen.has(mark)) return;
    key.seen.add(mark);
    key.reports++;
    total++;
    if (time !== null) key.times.push(time);
  };
  for (const { id, payload } of answer.reports) count(id, markOf(payload), parseHead(payload)?.timestampMs ?? null);
  for (const { id, content } of answer.malformed) {
    if (id === null) total++;
    else count(id, Buffer.from(content).toString('latin1'), null);
  }
  return { keys: keys as ReadonlyMap<string, KeyAnswer>, total };
}

interface Tally {
  stored: number;
  duplicates: number;
  corrupt: number;
  decryptFailed: number;
  tooOld: number;
  ahead: number;
  withNews: Set<number>;
  /** Marks of the payloads that the database has, by tracker. */
  stood: Map<number, number[]>;
}

async function storeChunk(
  context: AnswerContext & { moves: number },
  keys: OpenKeys,
  reports: readonly ReceivedReport[],
  malformed: readonly CorruptReportRow[],
  fillsAnswer: (trackerId: number) => boolean,
  tally: Tally,
): Promise<void> {
  const { deps, maxReportAgeDays, sourceId, requestId, moves } = context;
  const now = deps.now();
  const unknown = await freshReports(deps.db, reports);
  // Both are told by the head of a payload, so that nothing is decrypted again at each fetch.
  const young = unknown.filter((report) => !isTooOld(report, maxReportAgeDays, now));
  const isAhead = ({ timestampMs }: ReceivedReport) => timestampMs !== null && timestampMs > latestTime(now);
  const fresh = young.filter((report) => !isAhead(report));
  tally.ahead += await keepWaiting(deps.db, young.filter(isAhead), now, moves);
  tally.tooOld += unknown.length - young.length;
  const trackers = new Set(fresh.map((report) => report.trackerId));
  for (const id of trackers) tally.withNews.add(id);
  await beginSearch(deps.db, [...trackers].filter(fillsAnswer), now);
  await keys.load(trackers);
  // Lets what another lane has handed to the database leave this thread before it is busy.
  await setImmediate();
  const opened = await openReports({ engine: deps.engine, openingPool: deps.openingPool, keys, now }, fresh);
  const result = await ingestReports(deps.db, opened.good, {
    now,
    maxReportAgeDays,
    corrupt: [...malformed, ...opened.corrupt],
    sourceId,
    requestId,
    moves,
    ...(deps.nearestCity ? { nearestCity: deps.nearestCity } : {}),
  });
  tally.stored += result.stored;
  tally.duplicates += reports.length - unknown.length + result.duplicates;
  tally.corrupt += result.corrupt;
  const undecipherable = opened.corrupt.filter(({ reason }) => reason === 'bad-point' || reason === 'bad-tag');
  tally.decryptFailed += opened.unopened + undecipherable.length;
  // Only what the database said that it has: what is stored now is looked up once more.
  const before = new Set(unknown);
  for (const report of reports) {
    if (before.has(report)) continue;
    const marks = tally.stood.get(report.trackerId) ?? [];
    tally.stood.set(report.trackerId, marks);
    marks.push(markOf(report.payload));
  }
}

/** By tracker, so that a tracker's key is opened for one chunk. */
function inChunks(reports: readonly ReceivedReport[]): ReceivedReport[][] {
  const sorted = [...reports].sort((a, b) => a.trackerId - b.trackerId);
  return Array.from({ length: Math.ceil(sorted.length / CHUNK) }, (_, n) => sorted.slice(n * CHUNK, (n + 1) * CHUNK));
}

/** Works on `count` things, LANES at a time. After a failure no more are begun, and those under way are waited for. */
async function inLanes(count: number, work: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) {
      await work(next++).catch((error: unknown) => {
        next = count;
        throw error;
      });
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: LANES }, lane));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
