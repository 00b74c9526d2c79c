import type { Logger } from 'pino';
import sql from 'sql-template-tag';
import type { Keyring } from '../core/keys/keyring.ts';
import type { Database } from '../core/platform/db/queryable.ts';
import { adoptNewcomers } from './adopt.ts';
import { DEFAULT_ADMIN_PASSWORD, demoAccounts } from './company.ts';
import { demoFaults } from './demo-faults.ts';
import { startNetwork } from './network.ts';
import { demoCredentials, ensureReportSources } from './report-sources.ts';
import { seedDemo } from './seed.ts';
import { seededBytes } from './seed-context.ts';
import { fetchedTrackers, storeHistory } from './seed-history.ts';
import type { TrackerEntry } from './simulator/world.ts';
import { markHistoryStored, readWorldRecord, type WorldRecord } from './world-record.ts';

export interface DemoOptions {
  database: Database;
  keyring: Keyring;
  now: () => Date;
  randomBytes: (length: number) => Uint8Array;
  /** Draws the devices' key pairs from the seed, so that the same company is made every time. Not for real devices. */
  sameKeys?: boolean;
  log: Pick<Logger, 'info' | 'warn'>;
  /** Of the administrator `admin`; null for the demo's own. */
  adminPassword?: string | null;
  /** Port of the simulator; a free one, unless given. */
  simulatorPort?: number;
  /** Names the world that is made on a first start; `42`, unless given. */
  seed?: string | number;
  /** Entry of the simulator's thread, where it lies elsewhere than beside this code. */
  workerUrl?: URL;
}

export interface RunningDemo {
  simulatorUrl: string;
  /** With passwords, on the first start only: they are stored nowhere. */
  accounts: { username: string; password: string; role: string }[];
  close(): Promise<void>;
}

/** How often trackers are looked for that a person has brought into an active run. */
const LOOK_MS = 5_000;

/**
 * Starts the demo: makes the company where it is missing, starts the simulated network in a thread of its own with the
 * public keys and journeys of its trackers, stores the two weeks before, and points the report sources at the network.
 * On a later start the same world goes on. Rejects with AppError `conflict` on a database with data of its own, and
 * with `not-enrolled` or `key-locked` where the console can't seal keys.
 */
export async function startDemo(options: DemoOptions): Promise<RunningDemo> {
  const { database: db, keyring, now, randomBytes, log } = options;
  const started = performance.now();
  const seed = options.seed ?? 42;
  const adminPassword = options.adminPassword ?? DEFAULT_ADMIN_PASSWORD;
  const keyBytes = options.sameKeys ? seededBytes(seed) : randomBytes;
  const context = { keyring, randomBytes, keyBytes, seed, now: wholeMinute(now()) };
  const worldSeed = (await readWorldRecord(db))?.seed ?? seed;
  // The thread takes a second to start: meanwhile the company is made.
  const starting = startNetwork({
    port: options.simulatorPort ?? 0,
    seed: worldSeed,
    faults: demoFaults,
    ...demoCredentials(worldSeed),
    workerUrl: options.workerUrl,
  });
  const seeding = seedDemo({ ...context, db, accounts: demoAccounts(adminPassword) });
  const [begun, made] = await Promise.allSettled([starting, seeding]);
  if (begun.status === 'rejected') throw begun.reason;
  const network = begun.value;
  try {
    if (made.status === 'rejected') throw made.reason;
    const { record, accounts } = made.value;
    const { entries, known } = await travellers(db, record);
    await network.register(entries);
    if (!record.historyStored) {
      const epoch = Date.parse(record.epoch);
      const stored = await storeHistory(db, network, await fetchedTrackers(db, epoch), epoch, (done, total) =>
        log.info({ done, total }, 'demo history'),
      );
      await markHistoryStored(db, now());
      log.info({ stored, seconds: (performance.now() - started) / 1000 }, 'demo company made');
    }
    const simulatorUrl = await network.url();
    await ensureReportSources(db, { ...context, seed: worldSeed, simulatorUrl });
    log.info({ simulatorUrl, seed: record.seed, trackers: entries.length }, 'Find My simulator');
    const stop = repeat(() => adoptNewcomers(db, network, known, now()), log);
    return {
      simulatorUrl,
      accounts: accounts.map(({ username, password, role }) => ({ username, password, role })),
      async close() {
        await stop();
        await network.stop();
      },
    };
  } catch (error) {
    await network.stop();
    throw error;
  }
}

/** A world is told from a whole minute on, so that it does not depend on how long the start took. */
const wholeMinute = (at: Date) => new Date(at.getTime() - (at.getTime() % 60_000));

/** The public keys of the trackers that travel, and their plans. */
export async function travellers(db: Database, { journeys }: WorldRecord) {
  const { rows } = await db.query<{ id: number; key: Buffer }>(sql`
    select t.id, t.advertisement_key as key from trackers t
    where exists (select from unnest(${journeys.map((journey) => journey.from)}::bigint[],
      ${journeys.map((journey) => journey.to)}::bigint[]) as j (first, last) where t.id between j.first and j.last)`);
  const keys = new Map(rows.map((row) => [row.id, row.key.toString('base64')]));
  const entries: TrackerEntry[] = [];
  for (const { from, to, plan } of journeys) {
    for (let id = from; id <= to; id++) {
      const advertisementKey = keys.get(id);
      if (advertisementKey) entries.push({ advertisementKey, plan });
    }
  }
  return { entries, known: new Set(keys.keys()) };
}

/** Does the work again and again, one at a time; the returned function stops it and waits for the one under way. */
function repeat(work: () => Promise<unknown>, log: DemoOptions['log']): () => Promise<void> {
  let busy: Promise<unknown> | null = null;
  const timer = setInterval(() => {
    busy ??= work()
      .catch((error: unknown) => log.warn({ err: error }, 'new trackers could not join the demo'))
      .finally(() => {
        busy = null;
      });
  }, LOOK_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await busy;
  };
}
