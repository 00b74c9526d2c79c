import type { ServerEvent } from '../../../src-shared/contract/events.ts';
import type { PartState } from '../../../src-shared/contract/part-state.ts';
import type { KekHolder } from '../keys/data-keys.ts';
import type { P224Engine } from '../keys/p224/p224.ts';
import type { FindNearestCity } from '../places/nearest-city.ts';
import type { Database } from '../platform/db/queryable.ts';
import type { WorkerLogLevel } from '../platform/workers/protocol.ts';
import type { ReportOpeningPool } from './opening/report-opening-pool.ts';
import type { FetchSchedule } from './schedule/schedule.ts';

export interface FetcherDeps {
  db: Database;
  schedule: FetchSchedule;
  /** The key-encryption key, or null while this console is not enrolled or locked. */
  keys: () => KekHolder | null;
  engine: P224Engine;
  /** Threads that open reports; without them the engine does it in the caller's thread. */
  openingPool?: ReportOpeningPool;
  fetch: typeof globalThis.fetch;
  /** Uniform in [0, 1): the order of ids changes with each request. */
  random?: () => number;
  now: () => Date;
  log: (level: WorkerLogLevel, message: string, fields?: Record<string, unknown>) => void;
  publish: (event: ServerEvent) => void;
  onState?: (state: PartState) => void;
  nearestCity?: FindNearestCity;
  /** Longest wait for one answer. */
  requestTimeoutMs?: number;
}

export const REQUEST_TIMEOUT_MS = 60_000;
