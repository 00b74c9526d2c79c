/** A key that a source named before, and has to name again: its report lies well inside what the source answers for. */
export interface Canary {
  /** Hashed advertisement key, base64. */
  id: string;
  /** Time of the newest report that the source gave of it, epoch milliseconds. */
  reportedAt: number;
  /** How many reports the source has of it, as far as is known. */
  reports: number;
  /** How many of these were so young at `countedAt` that the source still has to give them a day later. */
  solid: number;
  countedAt: number;
  /** Answers in a row that lacked it, and how large the last of these asks and its answer were. */
  misses: number;
  missedIds: number;
  missedReports: number;
  /** It fills an answer alone, and its time was searched in parts, as far as the source allows. */
  searched: boolean;
}

/** A stretch of time, epoch milliseconds. */
export type Span = readonly [from: number, to: number];

/** A claimed tracker, until it is known what the source has of it. */
export interface Entry {
  readonly trackerId: number;
  readonly dueAt: number;
  /** Hashed keys that are still to be asked for. */
  open: readonly string[];
  /** Those of its keys that are canaries of this source. */
  canaries: readonly Canary[];
  /** How often it was asked for under this claim. */
  asked: number;
  /** Asks since it was claimed in which it had no place. */
  passed: number;
  found: number;
  /** Something that was not stored before came, or a search of its time was broken off. */
  news: boolean;
  /** Parts of its time that are to be asked for one by one, since it fills an answer alone. */
  spans: readonly Span[];
  incomplete: boolean | null;
  /** It left the queue, and is asked for once more: nobody is charged. */
  readonly closing: boolean;
  /** Since when it may be asked narrowly, epoch milliseconds; null: for the whole time. */
  newsFrom: number | null;
  /** Whether it was found by a whole answer for the whole time; null when it was not asked so. */
  whole: boolean | null;
  /** It was absent from the last complete answer, of a source that omits at random. */
  absentOnce: boolean;
}

/**
 * One request. `heard`: trackers with a canary among their keys; `silent`: others, between two quiet canaries where the
 * source has two; `span`: one tracker for a part of the time; `trial`: canaries alone; `news`: trackers that were found
 * lately, since then.
 */
export interface Ask {
  readonly kind: 'heard' | 'silent' | 'span' | 'trial' | 'news';
  /** In the order in which they are sent. */
  readonly keys: readonly string[];
  readonly entries: readonly Entry[];
  /** Drawn from the queue, besides `entries`. */
  readonly drawn: readonly Canary[];
  readonly from: number;
  readonly to: number;
  /** Larger than the caps allow, to find out whether they still hold. */
  readonly tries: boolean;
}

/** What an answer has of one key; each report once. */
export interface KeyAnswer {
  /** Entries, also of reports that can't be read. */
  reports: number;
  /** Times of those that can be read, epoch milliseconds. */
  times: readonly number[];
}

/** What an answer held, before anything is decrypted. */
export interface AnswerCount {
  keys: ReadonlyMap<string, KeyAnswer>;
  /** Reports in all, each once, those of keys that nobody asked for included. */
  total: number;
  /** Reports whose own time lies outside of what was asked for. */
  outside: number;
  /** Trackers of which something came that was not stored before. */
  withNews: ReadonlySet<number>;
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** A canary's report lies at least this far inside the time that its source answers for. */
export const CANARY_MARGIN_MS = 6 * HOUR_MS;
/** More reports than this, and a canary could itself fill a cut answer. */
export const QUIET_REPORTS = 3;
/** Payload times are whole seconds, and services round dates. */
const SLACK_MS = 60_000;

export const isOutside = (ask: Pick<Ask, 'from' | 'to'>, at: number): boolean =>
  at < ask.from - SLACK_MS || at > ask.to + SLACK_MS;

/** How many reports an answer about this tracker is likely to have. */
export const expectedOf = (entry: Pick<Entry, 'canaries'>): number =>
  entry.canaries.reduce((sum, canary) => sum + canary.reports, 0);
