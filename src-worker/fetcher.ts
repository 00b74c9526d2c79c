import { availableParallelism } from 'node:os';
import { createFetcher } from '../src-main/core/fetching/fetcher.ts';
import type { FetcherDeps } from '../src-main/core/fetching/fetcher-deps.ts';
import { keysClosed } from '../src-main/core/fetching/opening/open-keys.ts';
import { createReportOpeningPool } from '../src-main/core/fetching/opening/report-opening-pool.ts';
import { createRedisSchedule } from '../src-main/core/fetching/schedule/redis/redis-schedule.ts';
import { remoteSchedule } from '../src-main/core/fetching/schedule/remote-schedule.ts';
import type { FetchSchedule } from '../src-main/core/fetching/schedule/schedule.ts';
import type { FetcherWorkerData } from '../src-main/core/fetching/worker-data.ts';
import type { KekHolder } from '../src-main/core/keys/data-keys.ts';
import { p224Engine } from '../src-main/core/keys/p224/load-engine.ts';
import { connectionConfig, poolSize } from '../src-main/core/platform/db/connection.ts';
import { openDatabase } from '../src-main/core/platform/db/database.ts';
import { AppError } from '../src-main/core/platform/errors.ts';
import { connectorOf, fetchBy } from '../src-main/core/platform/http/network-settings.ts';
import { hostCalls, workerParent } from '../src-main/core/platform/workers/parent.ts';
import type { WorkerKek } from '../src-main/core/platform/workers/protocol.ts';
import type { PartState } from '../src-shared/contract/part-state.ts';
import { inWords } from '../src-shared/domain/part-state.ts';

// Entry of a worker: this console's fetcher. It has database connections of its own, decrypts here, and reaches the
// schedule through the core (memory) or in Redis.
const host = await workerParent<FetcherWorkerData>();
const { data, say } = host;
let clockOffsetMs = data.clockOffsetMs ?? 0;
/** More would starve the rest of the console, and answers wait for the database anyway. */
const MAX_OPENING_THREADS = 4;

const log: FetcherDeps['log'] = (level, message, fields = {}) => say({ type: 'log', level, message, fields });

let held: WorkerKek | null = null;
function hold(kek: WorkerKek | null): void {
  held?.kek.fill(0);
  held = kek;
}
const keys: KekHolder = { kek: () => ready().kek, kekId: () => ready().kekId };
function ready(): WorkerKek {
  if (held) return held;
  throw new AppError('key-locked', 'The keys were locked on this console. Unlock them to continue.');
}

let lastState = '';
const onState = (state: PartState) => {
  if (inWords(state) === lastState) return;
  lastState = inWords(state);
  say({ type: 'state', state });
};

/** Tells the screens that something changed, at most once a second. They ask for the rest. */
let told: NodeJS.Timeout | null = null;
const publish: FetcherDeps['publish'] = (event) => {
  if (event.type !== 'fetcher') return say({ type: 'event', event });
  told ??= setTimeout(() => {
    told = null;
    say({ type: 'event', event });
  }, 1000);
};

const { engine } = data.connection;
const db = openDatabase({
  engine,
  connection: { ...connectionConfig(data.connection), max: poolSize(data.connection, 'fetcher') },
  onError: (error) => log('warn', 'a database connection was lost', { error: error.message }),
});
const schedule: FetchSchedule =
  data.schedule.kind === 'redis'
    ? createRedisSchedule({
        ...data.schedule,
        onError: (error) => log('warn', 'Redis failed', { error: error.message }),
      })
    : remoteSchedule(hostCalls(host));
/** Beside this file, both in the source and in the build. */
const openerEntry = import.meta.filename.endsWith('.ts') ? './report-opener.ts' : './report-opener.js';
const openingPool = createReportOpeningPool({
  workerUrl: new URL(openerEntry, import.meta.url),
  threads: Math.min(MAX_OPENING_THREADS, availableParallelism()),
});
const fetcher = createFetcher({
  db,
  schedule,
  keys: () => (held ? keys : null),
  engine: p224Engine((reason) => log('warn', reason)),
  openingPool,
  fetch: fetchBy(connectorOf(db)),
  now: () => new Date(Date.now() + clockOffsetMs),
  log,
  publish,
  onState,
  ...(data.requestTimeoutMs === undefined ? {} : { requestTimeoutMs: data.requestTimeoutMs }),
});

host.onMessage(async (message) => {
  if (message.type === 'rpc') return;
  if (message.type === 'poke') return fetcher.poke();
  if (message.type === 'connections')
    return db.limitConnections(poolSize({ ...data.connection, ...message }, 'fetcher'));
  if (message.type === 'clock') {
    clockOffsetMs = message.offsetMs;
    return;
  }
  if (message.type === 'kek') {
    hold(message.kek);
    fetcher.poke();
    if (message.kek) return;
    await keysClosed();
    return say({ type: 'locked' });
  }
  await fetcher.stop();
  if (told) clearTimeout(told);
  hold(null);
  await openingPool.close();
  await schedule.close();
  await db.close();
  say({ type: 'state', state: { is: 'stopped' } });
  host.close();
});
say({ type: 'state', state: { is: 'starting' } });
fetcher.start();
