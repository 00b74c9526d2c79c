import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { createMemorySchedule } from '../fetching/schedule/memory-schedule.ts';
import { type Keyring, openKeyring } from '../keys/keyring.ts';
import { createClock } from '../offline/clock.ts';
import { createLocalBus } from '../platform/events/bus.ts';
import type { HostMessage } from '../platform/workers/protocol.ts';
import { launchThread } from '../platform/workers/thread.ts';
import { testEngines } from '../testing/database.ts';
import { consolePaths } from './paths.ts';
import { startWorkers } from './start-workers.ts';

const POLL = { timeout: 30_000, interval: 20 };
const TEST_MS = 90_000;
const [engine] = testEngines();

it('locking and unlocking the keys reaches the fetcher’s thread', { timeout: TEST_MS }, async () => {
  const test = await engine!.create();
  const dataDir = await mkdtemp(join(tmpdir(), 'workers-'));
  const cost = { memoryKiB: 8, iterations: 1, parallelism: 1 };
  const { keyring } = await openKeyring({ db: test.db, dataDir, randomBytes, now: () => new Date(), cost });
  const events = createLocalBus(() => undefined);
  const handedOver: string[] = [];
  const workers = startWorkers({
    launch: launchThread,
    engines: ['fetcher'],
    paths: consolePaths(),
    connection: test.connection,
    redisUrl: null,
    schedule: createMemorySchedule(),
    keyring,
    events,
    clock: createClock(0),
    isCutOff: () => false,
    log: pino({ level: 'silent' }),
    onKeyHandedOver: (worker) => handedOver.push(worker),
  });
  const state = () => workers[0]!.state();
  try {
    await expect.poll(state, POLL).toEqual({ is: 'up' });
    keyring.lock();
    await expect.poll(state, POLL).toEqual({ is: 'waits', why: expect.stringContaining('keys') });
    await keyring.unlock();
    await expect.poll(state, POLL).toEqual({ is: 'up' });
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
    await test.close();
    await rm(dataDir, { recursive: true });
  }
  expect(state()).toEqual({ is: 'stopped' });
  // At its start and with the unlocking; taking the key away is no access to it.
  expect(handedOver).toEqual(['fetcher', 'fetcher']);
  // Nobody sends to a worker that has ended.
  keyring.lock();
});

it('tells the engines what changed, hands the key over, and corrects their clocks', () => {
  const posted: HostMessage[] = [];
  const handedOver: string[] = [];
  let listener = async () => {};
  const keyring = {
    state: () => 'ready' as const,
    kekId: () => 7,
    kek: () => new Uint8Array(32).fill(9),
    onChange: (given: () => Promise<void>) => {
      listener = given;
      return () => {};
    },
  } as unknown as Keyring;
  const events = createLocalBus(() => undefined);
  const clock = createClock(-90_000);
  const started: unknown[] = [];
  const handle = { onMessage() {}, onError() {}, onExit() {}, end() {} };
  startWorkers({
    launch: (_name, _url, data) => {
      started.push(data);
      return { ...handle, post: (message) => void posted.push(message as unknown as HostMessage) };
    },
    engines: ['fetcher', 'status-engine'],
    paths: consolePaths(),
    connection: { engine: 'postgresql', url: '' },
    redisUrl: null,
    schedule: createMemorySchedule(),
    keyring,
    events,
    clock,
    isCutOff: () => false,
    log: pino({ level: 'silent' }),
    onKeyHandedOver: (worker) => handedOver.push(worker),
  });
  for (const resource of ['clients', 'report-sources', 'trackers', 'production-runs', 'storage-locations'])
    events.publish({ type: 'changed', resource });
  events.publish({ type: 'fetcher' });
  const key = { type: 'kek', kek: { kekId: 7, kek: new Uint8Array(32).fill(9) } };
  expect(posted).toEqual([key, ...Array(9).fill({ type: 'poke' })]);
  listener();
  expect(handedOver).toEqual(['fetcher', 'fetcher']);
  expect(posted.at(-1)).toEqual(key);
  expect(started).toEqual(Array(2).fill(expect.objectContaining({ clockOffsetMs: -90_000 })));
  posted.length = 0;
  clock.measured(3_600_000, 0);
  expect(posted).toEqual(Array(2).fill({ type: 'clock', offsetMs: 3_600_000 }));
});
