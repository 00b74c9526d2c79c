import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { HostMessage, WorkerMessage } from './protocol.ts';
import { supervise } from './supervisor.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function supervised() {
  const workers: { say: (message: WorkerMessage) => void; asked: HostMessage[]; ended: boolean }[] = [];
  const worker = supervise({
    name: 'fetcher',
    url: new URL('file:///nowhere.ts'),
    launch: () => {
      const heard: ((message: never) => void)[] = [];
      const exits: ((code: number) => void)[] = [];
      const launched = {
        say: (message: WorkerMessage) => heard.forEach((listener) => void listener(message as never)),
        asked: [] as HostMessage[],
        ended: false,
      };
      workers.push(launched);
      return {
        post: (message) => void launched.asked.push(message as HostMessage),
        onMessage: (listener) => void heard.push(listener as (message: never) => void),
        onError: () => undefined,
        onExit: (listener) => void exits.push(listener),
        end: () => {
          launched.ended = true;
          for (const listener of exits) listener(1);
        },
      };
    },
    data: () => null,
    publish: () => undefined,
    log: pino({ level: 'silent' }),
    pingMs: 1_000,
    stopMs: () => 1_500,
  });
  return { worker, workers };
}

it('waits for nobody who still loads its code', async () => {
  const { worker, workers } = supervised();
  await worker.stop();
  expect(workers).toMatchObject([{ ended: true, asked: [] }]);
  expect(worker.state()).toEqual({ is: 'stopped' });
});

it('notices a worker that hangs, ends it after a while, and starts another', async () => {
  const { worker, workers } = supervised();
  expect(worker.state()).toEqual({ is: 'starting' });
  workers[0]!.say({ type: 'state', state: { is: 'up' } });
  for (let second = 0; second < 10; second++) {
    vi.advanceTimersByTime(1_000);
    workers[0]!.say({ type: 'pong' });
  }
  expect(workers[0]!.asked).toEqual(Array(10).fill({ type: 'ping' }));
  expect(worker.state()).toEqual({ is: 'up' });
  vi.advanceTimersByTime(5_000);
  expect(worker.state()).toEqual({ is: 'down', why: 'It does not answer.' });
  // A long computation, and not a hanging one.
  workers[0]!.say({ type: 'pong' });
  expect(worker.state()).toEqual({ is: 'up' });
  vi.advanceTimersByTime(16_000);
  expect(workers[0]!.ended).toBe(true);
  expect(worker.state()).toEqual({ is: 'down', why: 'It ended with code 1, and is started again.' });
  vi.advanceTimersByTime(1_000);
  expect(workers).toHaveLength(2);
  workers[1]!.say({ type: 'state', state: { is: 'up' } });
  expect(worker.state()).toEqual({ is: 'up' });
  // It says that it stopped, and hangs: it has as long as the host gives it, which is less without a database.
  const stopped = worker.stop();
  workers[1]!.say({ type: 'state', state: { is: 'stopped' } });
  vi.advanceTimersByTime(1_499);
  expect(workers[1]!.ended).toBe(false);
  vi.advanceTimersByTime(1);
  expect(workers[1]!.ended).toBe(true);
  await stopped;
  expect(worker.state()).toEqual({ is: 'stopped' });
});
