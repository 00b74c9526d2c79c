import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { HostMessage, WorkerMessage } from './protocol.ts';
import { supervise } from './supervisor.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('notices a worker that hangs, ends it after a while, and starts another', async () => {
  const workers: { say: (message: WorkerMessage) => void; asked: HostMessage[]; ended: boolean }[] = [];
  const supervised = supervise({
    name: 'fetcher',
    url: new URL('file:///nowhere.ts'),
    launch: () => {
      const heard: ((message: never) => void)[] = [];
      const exits: ((code: number) => void)[] = [];
      const worker = {
        say: (message: WorkerMessage) => heard.forEach((listener) => void listener(message as never)),
        asked: [] as HostMessage[],
        ended: false,
      };
      workers.push(worker);
      return {
        post: (message) => void worker.asked.push(message as HostMessage),
        onMessage: (listener) => void heard.push(listener as (message: never) => void),
        onError: () => undefined,
        onExit: (listener) => void exits.push(listener),
        end: () => {
          worker.ended = true;
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
  expect(supervised.state()).toEqual({ is: 'starting' });
  workers[0]!.say({ type: 'state', state: { is: 'up' } });
  for (let second = 0; second < 10; second++) {
    vi.advanceTimersByTime(1_000);
    workers[0]!.say({ type: 'pong' });
  }
  expect(workers[0]!.asked).toEqual(Array(10).fill({ type: 'ping' }));
  expect(supervised.state()).toEqual({ is: 'up' });
  vi.advanceTimersByTime(5_000);
  expect(supervised.state()).toEqual({ is: 'down', why: 'It does not answer.' });
  // A long computation, and not a hanging one.
  workers[0]!.say({ type: 'pong' });
  expect(supervised.state()).toEqual({ is: 'up' });
  vi.advanceTimersByTime(16_000);
  expect(workers[0]!.ended).toBe(true);
  expect(supervised.state()).toEqual({ is: 'down', why: 'It ended with code 1, and is started again.' });
  vi.advanceTimersByTime(1_000);
  expect(workers).toHaveLength(2);
  workers[1]!.say({ type: 'state', state: { is: 'up' } });
  expect(supervised.state()).toEqual({ is: 'up' });
  // It says that it stopped, and hangs: it has as long as the host gives it, which is less without a database.
  const stopped = supervised.stop();
  workers[1]!.say({ type: 'state', state: { is: 'stopped' } });
  vi.advanceTimersByTime(1_499);
  expect(workers[1]!.ended).toBe(false);
  vi.advanceTimersByTime(1);
  expect(workers[1]!.ended).toBe(true);
  await stopped;
  expect(supervised.state()).toEqual({ is: 'stopped' });
});
