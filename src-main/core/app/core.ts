import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { FetchSchedule } from '../fetching/schedule/schedule.ts';
import type { Argon2Cost } from '../keys/key-encryption-key.ts';
import type { Keyring } from '../keys/keyring.ts';
import type { Workstation } from '../offline/workstation.ts';
import type { Database } from '../platform/db/queryable.ts';
import type { EventBus } from '../platform/events/bus.ts';
import type { JobQueue } from '../platform/jobs/queue.ts';

/** What a host decides: where things are, and which of the engines it runs. */
export interface CoreConfig {
  version: string;
  dataDir: string;
  /** Exact `Host` values that are answered, as in `127.0.0.1:4780`. */
  allowedHosts: readonly string[];
  /** Sessions: idle and absolute limits. */
  sessionIdleHours: number;
  sessionMaxHours: number;
  /** Cost of new passphrases; `DEFAULT_COST` unless a test is in a hurry. */
  passphraseCost?: Argon2Cost;
}

/** Everything that handlers and jobs work with. Built by createCore from what the host passes in; replaced in tests. */
export interface Core {
  readonly config: CoreConfig;
  readonly db: Database;
  readonly events: EventBus;
  readonly jobs: JobQueue;
  readonly keyring: Keyring;
  readonly schedule: FetchSchedule;
  /** Null where there is no workstation to go on without the central database, as in tests of a part. */
  readonly workstation: Workstation | null;
  readonly metrics: Registry;
  readonly log: Logger;
  readonly now: () => Date;
  readonly randomBytes: (length: number) => Uint8Array;
  /** State of each worker for the readiness check: name -> 'up' or what is wrong. */
  readonly workerStates: () => Record<string, string>;
}
