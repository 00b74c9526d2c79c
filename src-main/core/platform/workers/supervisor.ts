import type { Logger } from 'pino';
import type { ServerEvent } from '../../../../src-shared/contract/events.ts';
import type { PartState } from '../../../../src-shared/contract/part-state.ts';
import type { LaunchWorker, RpcServerPort, WorkerHandle } from './channel.ts';
import type { HostMessage } from './protocol.ts';

export interface SupervisedWorker {
  readonly name: string;
  state(): PartState;
  /** @param secret as `WorkerHandle.post` has it */
  send(message: HostMessage, secret?: Uint8Array<ArrayBuffer>): void;
  /** Takes its keys away, and waits until it has none; it is ended, and started again, when that takes `STOP_MS`. */
  lock(): Promise<void>;
  /** Lets it finish what is in hand; ends it after `STOP_MS` all the same, and at once while it loads its code. */
  stop(): Promise<void>;
}

const STOP_MS = 10_000;
const FIRST_RESTART_MS = 1_000;
const MAX_RESTART_MS = 60_000;
const PING_MS = 20_000;
/** Pings without an answer after which a worker counts as down, and after which it is ended: it hangs. */
const DOWN_AFTER = 3;
const ENDED_AFTER = 15;

/**
 * Keeps a worker running: starts it, carries its events and logs to the host, and starts it again after a crash, with
 * growing pauses. What it had leased comes back by itself.
 */
export function supervise(options: {
  name: string;
  url: URL;
  launch: LaunchWorker;
  /** How long it has to stop, in milliseconds. */
  stopMs?: () => number;
  /** What it is started with, made anew for each start. */
  data: () => unknown;
  /** Told of each start: what it is to be sent first. */
  onLaunch?: (send: SupervisedWorker['send']) => void;
  /** Lends something to the worker, which calls it by `rpc` messages. */
  serve?: (port: RpcServerPort) => void;
  publish: (event: ServerEvent) => void;
  log: Logger;
  /** Milliseconds between questions whether it is still at work; for tests. */
  pingMs?: number;
}): SupervisedWorker {
  const { name, url, log } = options;
  let state: PartState = { is: 'starting' };
  let unanswered = 0;
  /** Until it has said something it loads its code, and has nothing in hand. */
  let isLoading = true;
  let worker: WorkerHandle | null = null;
  let stopping = false;
  let pause = FIRST_RESTART_MS;
  let restart: NodeJS.Timeout | undefined;
  const locking: (() => void)[] = [];

  const launch = () => {
    const started = options.launch(name, url, options.data());
    worker = started;
    unanswered = 0;
    isLoading = true;
    const calls: ((message: unknown) => void)[] = [];
    options.serve?.({
      post: (message) => started.post({ type: 'rpc', message }),
      onMessage: (listener) => void calls.push(listener),
    });
    started.onMessage((message) => {
      unanswered = 0;
      isLoading = false;
      if (message.type === 'event') options.publish(message.event);
      else if (message.type === 'log') log[message.level]({ worker: name, ...message.fields }, message.message);
      else if (message.type === 'rpc') for (const call of calls) call(message.message);
      else if (message.type === 'locked') for (const resolve of locking.splice(0)) resolve();
      else if (message.type === 'state') {
        state = message.state;
        if (state.is === 'up') pause = FIRST_RESTART_MS;
      }
    });
    options.onLaunch?.((message, secret) => started.post(message, secret));
    started.onError((error) => log.error({ worker: name, err: error }, 'worker failed'));
    started.onExit((code) => {
      if (worker !== started) return;
      worker = null;
      unanswered = 0;
      for (const resolve of locking.splice(0)) resolve();
      if (stopping) return;
      state = { is: 'down', why: `It ended with code ${code}, and is started again.` };
      log.warn({ worker: name, code, pause }, 'worker ended and is started again');
      restart = setTimeout(launch, pause);
      pause = Math.min(pause * 2, MAX_RESTART_MS);
    });
  };
  launch();

  /** A worker that turns in circles, or hangs, doesn't end by itself. */
  const ask = () => {
    if (!worker) return;
    if (++unanswered > ENDED_AFTER) {
      log.warn({ worker: name }, 'worker hangs and was ended');
      worker.end();
    } else worker.post({ type: 'ping' });
  };
  const asking = setInterval(ask, options.pingMs ?? PING_MS);
  asking.unref();

  return {
    name,
    state: () => (unanswered > DOWN_AFTER ? { is: 'down', why: 'It does not answer.' } : state),
    send: (message, secret) => worker?.post(message, secret),
    async lock() {
      const running = worker;
      if (!running) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      locking.push(resolve);
      running.post({ type: 'kek', kek: null });
      const timeout = setTimeout(() => {
        log.warn({ worker: name }, 'worker did not give its keys back in time and was ended');
        running.end();
      }, STOP_MS);
      await promise;
      clearTimeout(timeout);
    },
    async stop() {
      stopping = true;
      clearTimeout(restart);
      clearInterval(asking);
      const running = worker;
      unanswered = 0;
      if (!running) return;
      const ended = new Promise<void>((resolve) => running.onExit(() => resolve()));
      let timeout: NodeJS.Timeout | undefined;
      if (isLoading) running.end();
      else {
        running.post({ type: 'stop' });
        timeout = setTimeout(() => {
          log.warn({ worker: name }, 'worker did not stop in time and was ended');
          running.end();
        }, options.stopMs?.() ?? STOP_MS);
      }
      await ended;
      clearTimeout(timeout);
      state = { is: 'stopped' };
    },
  };
}
