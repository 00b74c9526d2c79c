import type { ServerEvent } from '../../../../src-shared/contract/events.ts';
import type { PartState } from '../../../../src-shared/contract/part-state.ts';

/**
 * What a host and its worker threads (fetcher, status engine) say to each other. Both workers take the same messages;
 * each ignores what does not concern it.
 */

/** The key-encryption key for a worker that decrypts, which zeroes it. */
export interface WorkerKek {
  kekId: number;
  /** 32 bytes */
  kek: Uint8Array<ArrayBuffer>;
}

export type WorkerLogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Worker -> host. */
export type WorkerMessage =
  /** To be published on the host's event bus. */
  | { type: 'event'; event: ServerEvent }
  /** For the readiness check. `stopped` is the last message. */
  | { type: 'state'; state: PartState }
  /** To each `ping`. */
  | { type: 'pong' }
  /** After a `kek` of null: no key is left in this worker. */
  | { type: 'locked' }
  /** A call (rpc.ts) of what the host lends to this worker. */
  | { type: 'rpc'; message: unknown }
  | { type: 'log'; level: WorkerLogLevel; message: string; fields: Record<string, unknown> };

/** Host -> worker. */
export type HostMessage =
  /** Finish what is in hand, say `stopped`, and end. */
  | { type: 'stop' }
  /** The key after enrolment or unlocking; null when it was locked. */
  | { type: 'kek'; kek: WorkerKek | null }
  /** How far this machine’s clock is behind the database’s, in milliseconds. */
  | { type: 'clock'; offsetMs: number }
  /** The most connections to the database of the whole console from now on. */
  | { type: 'connections'; connections: number }
  /** The answer to a call. */
  | { type: 'rpc'; message: unknown }
  /** Whether it is still at work; `workerParent` answers. */
  | { type: 'ping' }
  /** Something changed (settings, runs, new reports): look now instead of at the next turn. */
  | { type: 'poke' };
