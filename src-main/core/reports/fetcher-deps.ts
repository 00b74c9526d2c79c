import type { ServerEvent } from '../../../src-shared/contract/events.ts';
import type { Database } from '../db/queryable.ts';
import type { KekHolder } from '../keys/data-keys.ts';
import type { EcdhPool } from '../keys/ecdh-pool.ts';
import type { P224Engine } from '../keys/p224.ts';
import type { FetchSchedule } from '../queue/schedule.ts';
import type { WorkerLogLevel } from '../workers/protocol.ts';
import type { FindNearestCity } from './nearest-city.ts';

export interface FetcherDeps {
  db: Database;
  schedule: FetchSchedule;
  /** The key-encryption key, or null while this console is not enrolled or locked. */
  keys: () => KekHolder | null;
  engine: P224Engine;
  /** Threads for ECDH; without them the engine does it in the caller's. */
  ecdh?: EcdhPool;
  fetch: typeof globalThis.fetch;
  now: () => Date;
  log: (level: WorkerLogLevel, message: string, fields?: Record<string, unknown>) => void;
  publish: (event: ServerEvent) => void;
  /** `up`, or a sentence that says what it waits for. */
  onState?: (state: string) => void;
  nearestCity?: FindNearestCity;
  /** Longest wait for one answer. */
  requestTimeoutMs?: number;
}

export const REQUEST_TIMEOUT_MS = 60_000;
