import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { PartState } from '../../../src-shared/contract/part-state.ts';
import type { Authenticate } from '../access/authenticate.ts';
import type { EventStreams } from '../access/event-stream.ts';
import type { Reauthentication } from '../access/re-authentication.ts';
import type { SignInCopy } from '../access/sign-in-copy.ts';
import type { FetchSchedule } from '../fetching/schedule/schedule.ts';
import type { Argon2Cost } from '../keys/key-encryption-key.ts';
import type { Keyring } from '../keys/keyring.ts';
import type { MapPacks } from '../map/packs/map-packs.ts';
import type { Workstation } from '../offline/workstation.ts';
import type { AuditWriter } from '../platform/audit-writer.ts';
import type { Database } from '../platform/db/queryable.ts';
import type { EventBus } from '../platform/events/bus.ts';
import type { DownloadTickets } from '../platform/http/download-tickets.ts';
import type { JobQueue } from '../platform/jobs/queue.ts';

/** What a host decides: where things are, and which of the engines it runs. */
export interface CoreConfig {
  version: string;
  /** The most connections that this console may open to a central database; null or left out for the embedded one. */
  databaseConnections?: number | null;
  dataDir: string;
  /** Where backups go that are made by themselves. */
  backupDir: string;
  /** Exact `Host` values that are answered, as in `127.0.0.1:4780`. */
  allowedHosts: readonly string[];
  /** Sessions: idle and absolute limits. */
  sessionIdleHours: number;
  sessionMaxHours: number;
  /** Cost of new passphrases; `DEFAULT_COST` unless a test is in a hurry. */
  passphraseCost?: Argon2Cost;
}

/**
 * Everything of one console, by name. Only this room knows it: each other room says which of these it needs, and is given
 * the whole under that narrower type.
 */
export interface ConsoleParts {
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
  /** Milliseconds that pass evenly, whatever is done to the clock. */
  readonly elapsedMs: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
  /** State of each worker, by its name, for the readiness check. */
  readonly workerStates: () => Record<string, PartState>;
  readonly appendAudit: AuditWriter;
  readonly signInCopy: SignInCopy | null;
  readonly isCutOff: () => boolean;
  readonly reauthentication: Reauthentication;
  readonly reauthenticate: Reauthentication['reauthenticate'];
  readonly authenticate: Authenticate;
  readonly eventStreams: EventStreams;
  readonly tickets: DownloadTickets;
  readonly mapPacks: MapPacks;
}
