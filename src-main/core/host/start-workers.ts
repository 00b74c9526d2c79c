import type { Logger } from 'pino';
import type { ServerEvent } from '../../../src-shared/contract/events.ts';
import type { DatabaseConnection } from '../db/connection.ts';
import type { EventBus } from '../events/bus.ts';
import type { Keyring } from '../keys/keyring.ts';
import { serveSchedule } from '../queue/remote-schedule.ts';
import type { FetchSchedule } from '../queue/schedule.ts';
import type { LaunchWorker } from '../workers/channel.ts';
import type { FetcherWorkerData, StatusEngineWorkerData } from '../workers/protocol.ts';
import { type SupervisedWorker, supervise } from '../workers/supervisor.ts';
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
  log: Logger;
}

/** Starts the engines that this host was told to run, each in a worker of its own that is kept alive. */
export function startWorkers(deps: WorkerDeps): SupervisedWorker[] {
  const common = (name: 'fetcher' | 'status-engine') => ({
    name,
    url: deps.paths.worker(name),
    launch: deps.launch,
    publish: (event: ServerEvent) => deps.events.publish(event),
    log: deps.log,
  });
  const workers: SupervisedWorker[] = [];
  if (deps.engines.includes('status-engine')) {
    const data: StatusEngineWorkerData = { connection: deps.connection };
    workers.push(supervise({ ...common('status-engine'), data: () => data }));
  }
  if (deps.engines.includes('fetcher')) {
    workers.push(
      supervise({
        ...common('fetcher'),
        data: () => fetcherData(deps),
        serve: (port) => serveSchedule(deps.schedule, port),
      }),
    );
  }
  return workers;
}

function fetcherData({ connection, keyring, paths, redisUrl }: WorkerDeps): FetcherWorkerData {
  const kek = keyring.state() === 'ready' ? { kekId: keyring.kekId(), kek: keyring.kek().slice() } : null;
  if (redisUrl === null) return { connection, kek, schedule: { kind: 'memory' } };
  return { connection, kek, schedule: { kind: 'redis', url: redisUrl, luaFolder: paths.lua } };
}
