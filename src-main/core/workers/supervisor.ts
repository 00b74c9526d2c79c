import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import type { ServerEvent } from '../../../src-shared/contract/events.ts';
import type { HostMessage, WorkerMessage } from './protocol.ts';

/** What a worker is started with; made anew for each start, since ports are handed over for good. */
export interface WorkerStart {
  workerData: unknown;
  transferList?: readonly import('node:worker_threads').Transferable[];
}

export interface SupervisedWorker {
  readonly name: string;
  /** `up`, or what it waits for, as a sentence. */
  state(): string;
  send(message: HostMessage): void;
  /** Lets it finish what is in hand; ends it after `STOP_MS` all the same. */
  stop(): Promise<void>;
}

const STOP_MS = 10_000;
const FIRST_RESTART_MS = 1_000;
const MAX_RESTART_MS = 60_000;

/**
 * Keeps a worker running: starts it, carries its events and logs to the host, and starts it again after a crash, with
 * growing pauses. What it had leased comes back by itself.
 */
export function supervise(options: {
  name: string;
  url: URL;
  start: () => WorkerStart;
  publish: (event: ServerEvent) => void;
  log: Logger;
}): SupervisedWorker {
  const { name, url, log } = options;
  let state = 'starting';
  let worker: Worker | null = null;
  let stopping = false;
  let pause = FIRST_RESTART_MS;
  let restart: NodeJS.Timeout | undefined;

  const launch = () => {
    const { workerData, transferList } = options.start();
    const started = new Worker(url, { workerData, ...(transferList ? { transferList: [...transferList] } : {}) });
    worker = started;
    started.on('message', (message: WorkerMessage) => {
      if (message.type === 'event') options.publish(message.event);
      else if (message.type === 'log') log[message.level]({ worker: name, ...message.fields }, message.message);
      else {
        state = message.state;
        if (state === 'up') pause = FIRST_RESTART_MS;
      }
    });
    started.on('error', (error) => log.error({ worker: name, err: error }, 'worker failed'));
    started.on('exit', (code) => {
      if (worker !== started) return;
      worker = null;
      if (stopping) return;
      state = `stopped with code ${code}; starting again`;
      log.warn({ worker: name, code, pause }, 'worker ended and is started again');
      restart = setTimeout(launch, pause);
      pause = Math.min(pause * 2, MAX_RESTART_MS);
    });
  };
  launch();

  return {
    name,
    state: () => state,
    send: (message) => worker?.postMessage(message),
    async stop() {
      stopping = true;
      clearTimeout(restart);
      const running = worker;
      if (!running) return;
      const ended = new Promise<void>((resolve) => running.once('exit', () => resolve()));
      running.postMessage({ type: 'stop' } satisfies HostMessage);
      const timeout = setTimeout(() => {
        log.warn({ worker: name }, 'worker did not stop in time and was ended');
        void running.terminate();
      }, STOP_MS);
      await ended;
      clearTimeout(timeout);
      state = 'stopped';
    },
  };
}
