import { MessageChannel } from 'node:worker_threads';
import type { Logger } from 'pino';
import type { DatabaseConnection } from '../db/connection.ts';
import type { EventBus } from '../events/bus.ts';
import type { Keyring } from '../keys/keyring.ts';
import { serveSchedule } from '../queue/remote-schedule.ts';
import type { FetchSchedule } from '../queue/schedule.ts';
import type { FetcherWorkerData, StatusEngineWorkerData } from '../workers/protocol.ts';
import { type SupervisedWorker, supervise, type WorkerStart } from '../workers/supervisor.ts';
import type { EngineName } from './options.ts';
import type { ConsolePaths } from './paths.ts';

export interface WorkerDeps {
  engines: readonly EngineName[];
  paths: ConsolePaths;
  connection: DatabaseConnection;
  redisUrl: string | null;
  schedule: FetchSchedule;
  keyring: Keyring;
  events: EventBus;
  log: Logger;
}

/** Starts the engines that this host was told to run, each in a thread that is kept alive. */
export function startWorkers(deps: WorkerDeps): SupervisedWorker[] {
  const start = (name: 'fetcher' | 'status-engine', data: () => WorkerStart) =>
    supervise({
      name,
      url: deps.paths.worker(name),
      start: data,
      publish: (event) => deps.events.publish(event),
      log: deps.log,
    });
  const workers: SupervisedWorker[] = [];
  if (deps.engines.includes('status-engine')) {
    const workerData: StatusEngineWorkerData = { connection: deps.connection };
    workers.push(start('status-engine', () => ({ workerData })));
  }
  if (deps.engines.includes('fetcher')) workers.push(start('fetcher', () => fetcherStart(deps)));
  return workers;
}

function fetcherStart(deps: WorkerDeps): WorkerStart {
  const kek =
    deps.keyring.state() === 'ready' ? { kekId: deps.keyring.kekId(), kek: deps.keyring.kek().slice() } : null;
  if (deps.redisUrl !== null) {
    const schedule = { kind: 'redis', url: deps.redisUrl, luaFolder: deps.paths.lua } as const;
    return { workerData: { connection: deps.connection, kek, schedule } satisfies FetcherWorkerData };
  }
  const { port1, port2 } = new MessageChannel();
  serveSchedule(deps.schedule, port1);
  const schedule = { kind: 'memory', port: port2 } as const;
  return {
    workerData: { connection: deps.connection, kek, schedule } satisfies FetcherWorkerData,
    transferList: [port2],
  };
}
