import type { Logger } from 'pino';
import type { ServerEvent } from '../../../src-shared/contract/events.ts';
import { serveSchedule } from '../fetching/schedule/remote-schedule.ts';
import type { FetchSchedule } from '../fetching/schedule/schedule.ts';
import type { FetcherWorkerData } from '../fetching/worker-data.ts';
import type { Keyring } from '../keys/keyring.ts';
import { copySecret } from '../keys/secret-bytes.ts';
import type { Clock } from '../offline/clock.ts';
import type { DatabaseConnection } from '../platform/db/connection.ts';
import type { EventBus } from '../platform/events/bus.ts';
import type { LaunchWorker } from '../platform/workers/channel.ts';
import type { WorkerKek } from '../platform/workers/protocol.ts';
import { type SupervisedWorker, supervise } from '../platform/workers/supervisor.ts';
import type { StatusEngineWorkerData } from '../status/worker-data.ts';
import type { EngineName } from './options.ts';
import type { ConsolePaths } from './paths.ts';

export interface WorkerDeps {
  launch: LaunchWorker;
  engines: readonly EngineName[];
  paths: ConsolePaths;
  connection: DatabaseConnection;
  redisUrl: string | null;
  schedule: FetchSchedule;
  keyring: Keyring;
  events: EventBus;
  /** What corrects this machine’s clock to the database’s. */
  clock: Pick<Clock, 'offset' | 'onChange'>;
  /** Whether the database is out of reach: a worker can't finish anything then. */
  isCutOff: () => boolean;
  log: Logger;
  /** Told whenever a worker is given the key that opens private keys. */
  onKeyHandedOver: (worker: string) => void;
}

/** How long a worker that stops has to finish what is in hand, and with nothing that it could finish. */
const STOP_MS = 10_000;
const CUT_OFF_STOP_MS = 1_500;

/** Starts the engines that this host was told to run, each in a worker of its own that is kept alive. */
export function startWorkers(deps: WorkerDeps): SupervisedWorker[] {
  const { keyring, events } = deps;
  const common = (name: 'fetcher' | 'status-engine') => ({
    name,
    url: deps.paths.worker(name),
    launch: deps.launch,
    publish: (event: ServerEvent) => deps.events.publish(event),
    log: deps.log,
    stopMs: () => (deps.isCutOff() ? CUT_OFF_STOP_MS : STOP_MS),
  });
  const workers: SupervisedWorker[] = [];
  if (deps.engines.includes('status-engine')) {
    const data = (): StatusEngineWorkerData => ({ connection: deps.connection, clockOffsetMs: deps.clock.offset() });
    workers.push(supervise({ ...common('status-engine'), data }));
  }
  if (deps.engines.includes('fetcher')) {
    const handOver = (send: SupervisedWorker['send']) => {
      const kek = heldKek(keyring);
      if (!kek) return;
      deps.onKeyHandedOver('fetcher');
      send({ type: 'kek', kek }, kek.kek);
    };
    const fetcher = supervise({
      ...common('fetcher'),
      data: () => fetcherData(deps),
      onLaunch: handOver,
      serve: (port) => serveSchedule(deps.schedule, port),
    });
    // Lock, unlock, enrolment and rotation reach the worker that decrypts.
    const ended = keyring.onChange(async () => {
      if (keyring.state() === 'ready') handOver(fetcher.send);
      else await fetcher.lock();
    });
    workers.push({ ...fetcher, stop: () => fetcher.stop().finally(ended) });
  }
  // They look regularly anyway; telling them saves waiting for the next look.
  const unlisten = events.subscribe((event) => {
    const pokesAll = event.type === 'changed' && POKING.has(event.resource);
    // An answer of a source may have brought reports to fold.
    for (const worker of workers)
      if (pokesAll || (event.type === 'fetcher' && worker.name === 'status-engine')) worker.send({ type: 'poke' });
  });
  const uncorrected = deps.clock.onChange((offsetMs) => {
    for (const worker of workers) worker.send({ type: 'clock', offsetMs });
  });
  const unsubscribe = () => {
    unlisten();
    uncorrected();
  };
  return workers.map((worker) => ({ ...worker, stop: () => worker.stop().finally(unsubscribe) }));
}

/**
 * Resources whose change makes the engines look at once: they decide which trackers are asked for and by which fences
 * they are judged.
 */
const POKING = new Set(['production-runs', 'storage-locations', 'delivery-locations', 'trackers', 'report-sources']);

const heldKek = (keyring: Keyring): WorkerKek | null =>
  keyring.state() === 'ready' ? { kekId: keyring.kekId(), kek: copySecret(keyring.kek()) } : null;

function fetcherData(deps: WorkerDeps): FetcherWorkerData {
  const { paths, redisUrl } = deps;
  const common = { connection: deps.connection, clockOffsetMs: deps.clock.offset() };
  if (redisUrl === null) return { ...common, schedule: { kind: 'memory' } };
  return { ...common, schedule: { kind: 'redis', url: redisUrl, luaFolder: paths.lua } };
}
