import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { p224Engine } from '../../core/keys/p224/load-engine.ts';
import type { P224Engine } from '../../core/keys/p224/p224.ts';
import { type AnisetteCheck, type BasicCredentials, createAnisette } from './access.ts';
import { type FaultName, type Faults, faultDefinitions, usualFaults, withFaults } from './faults.ts';
import { createHandler } from './handler.ts';
import { createReportStore, type ReportStore, type StoredReport } from './stored-reports.ts';
import type { Upload } from './uploads.ts';
import { simulatedTrackers, type TrackerEntry } from './world.ts';

export interface SimulatorOptions {
  /** 0 takes a free one. */
  port?: number;
  seed?: string | number;
  trackers?: readonly TrackerEntry[];
  faults?: Partial<Record<FaultName, number>>;
  /** What the faults are before `faults` changes them: `usualFaults`, unless given. */
  baseFaults?: Faults;
  /** Basic credentials of both of Apple's forms (dsid : searchPartyToken); null takes anybody. */
  appleCredentials?: BasicCredentials | null;
  haystackCredentials?: BasicCredentials | null;
  /** Anisette headers that Apple's forms ask for; `present`, unless given. */
  anisette?: AnisetteCheck;
  now?: () => number;
  engine?: P224Engine;
  /** Told of each request for reports as it comes; what it returns is called when the connection is through with it. */
  observe?: (ids: readonly string[]) => () => void;
}

export interface SimulatorStats {
  seed: string | number;
  trackers: number;
  /** Reports encrypted so far. */
  encrypted: number;
  /** Reports answered so far. */
  reports: number;
  /** By path. */
  requests: Record<string, number>;
  /** By HTTP status. */
  statuses: Record<string, number>;
  /** Answers spoiled on purpose, by fault. */
  mishaps: Record<string, number>;
  faults: Faults;
}

export interface Simulator {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Adds trackers by public key, or gives those known a new plan. AppError `validation-failed`; then none is added. */
  registerTrackers(entries: readonly TrackerEntry[]): number;
  setFaults(changes: Partial<Record<FaultName, number>>): Faults;
  /** What the server has of these ids by `now`, newest first, further back than the 7 days of an answer. */
  reportsOf(ids: readonly string[], window: { from: number; now: number }): Map<string, StoredReport[]>;
  /** The same without payloads, which costs no encryption. */
  uploadsOf(ids: readonly string[], window: { from: number; now: number }): Map<string, Upload[]>;
  stats(): SimulatorStats;
  close(): Promise<void>;
}

/** What the parts of a running simulator share. */
export interface Running {
  store: ReportStore;
  faults: Faults;
  stats: SimulatorStats;
  anisette: ReturnType<typeof createAnisette>;
  options: Required<Pick<SimulatorOptions, 'seed' | 'now' | 'appleCredentials' | 'haystackCredentials'>> & {
    check: AnisetteCheck;
    observe: NonNullable<SimulatorOptions['observe']> | null;
  };
  register(entries: readonly TrackerEntry[]): number;
  setFaults(changes: Partial<Record<FaultName, number>>): Faults;
}

/** Starts a Find My network of its own on 127.0.0.1. Rejects when the port is taken. */
export async function createSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const seed = options.seed ?? 42;
  const store = createReportStore(options.engine ?? p224Engine());
  const counts = { reports: 0, requests: {}, statuses: {}, mishaps: {} };
  const running: Running = {
    store,
    faults: withFaults(options.baseFaults ?? usualFaults, options.faults ?? {}),
    anisette: createAnisette(seed),
    options: {
      seed,
      now: options.now ?? Date.now,
      appleCredentials: options.appleCredentials ?? null,
      haystackCredentials: options.haystackCredentials ?? null,
      check: options.anisette ?? 'present',
      observe: options.observe ?? null,
    },
    get stats() {
      return Object.assign(counts as SimulatorStats, {
        seed,
        trackers: store.size,
        encrypted: store.encrypted(),
        faults: running.faults,
      });
    },
    register(entries) {
      const made = entries.flatMap((entry) => simulatedTrackers(entry, seed));
      for (const tracker of made) store.put(tracker);
      return entries.length;
    },
    setFaults(changes) {
      running.faults = withFaults(running.faults, changes);
      const names = Object.keys(changes) as FaultName[];
      if (names.some((name) => faultDefinitions[name].per === 'report')) store.forget();
      return running.faults;
    },
  };
  running.register(options.trackers ?? []);
  const server = createServer(createHandler(running));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // Loopback only: this is no server for others.
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  let closed: Promise<void> | null = null;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    registerTrackers: running.register,
    setFaults: running.setFaults,
    reportsOf: (ids, window) => store.reportsOf(ids, running.faults, window),
    uploadsOf: (ids, window) => store.uploadsOf(ids, running.faults, window),
    stats: () => structuredClone(running.stats),
    close() {
      closed ??= new Promise<void>((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      });
      return closed;
    },
  };
}
