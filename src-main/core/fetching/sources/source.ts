import type { ReportSourceKind, SourceFailure } from '../../../../src-shared/contract/fetcher.ts';

export interface FetchWindow {
  startDate: Date;
  endDate: Date;
  signal: AbortSignal;
}

/** One sealed report as a source answers it. */
export interface SourceReport {
  /** The hashed advertisement key that it was found under, base64. */
  id: string;
  /** 88 or 89 bytes when it is well formed; whatever came otherwise. */
  payload: Uint8Array;
  publishedAt: Date | null;
}

export type FailureReason = Exclude<SourceFailure, 'busy' | 'keys-locked'>;

export interface FailedAnswer {
  kind: 'failed';
  reason: FailureReason;
  /** What is wrong and what to do, for a person; never a secret. */
  message: string;
  /** HTTP status, where there was one. */
  status: number | null;
  retryAfterMs: number | null;
  /** May be a whim of the service (401 and 500 are known to be): worth one more try before the source is paused. */
  spurious: boolean;
  /** Nothing was asked: the console doesn't connect to such an address. */
  forbidden?: boolean;
}

/** An entry that doesn't have the answer's form. It is kept for inspection and doesn't stop the others. */
export interface MalformedEntry {
  /** The hashed key that it names, if it names one. */
  id: string | null;
  /** The entry as JSON, cut at MAX_KEPT_BYTES. */
  content: Uint8Array;
}
export const MAX_KEPT_BYTES = 2000;

export type FetchAnswer =
  | { kind: 'reports'; reports: SourceReport[]; malformed: MalformedEntry[] }
  /** 200 with an empty body: says nothing about any key (seen at random since 2025). */
  | { kind: 'empty' }
  | FailedAnswer;

/** How a source is asked. Requests to one source never overlap: the caller sees to that. */
export interface ReportSource {
  readonly kind: ReportSourceKind;
  /** Most keys that one request may name, whatever is configured. */
  readonly maxKeys: number;
  /** Whether the service is said to narrow its answer to the dates at all. */
  readonly takesDates: boolean;
  /** Asks for the reports of hashed advertisement keys (base64). Never rejects. */
  fetch(ids: readonly string[], window: FetchWindow): Promise<FetchAnswer>;
}

/** Login of Apple's endpoints (auth.json of other tools), or HTTP Basic of a haystack endpoint. */
export type SourceCredentials = { dsid: string; searchPartyToken: string } | { username: string; password: string };

export interface SourceConfig {
  kind: ReportSourceKind;
  url: string;
  anisetteUrl: string | null;
  credentials: SourceCredentials | null;
  /** Which entries of a request of the newer form are answered. */
  entries: 'all' | 'first';
}

export interface SourceDeps {
  fetch: typeof globalThis.fetch;
  now: () => Date;
  /** Longest wait for one answer, anisette included. */
  timeoutMs: number;
}
