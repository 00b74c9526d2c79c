import { randomUUID } from 'node:crypto';
import { MessageChannel } from 'node:worker_threads';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rpcOver } from '../../platform/workers/thread.ts';
import { needing } from '../../testing/needing.ts';
import { redisForTests, type TestRedis } from '../../testing/redis.ts';
import { sourceLuaFolder } from '../testing/lua-folder.ts';
import { createMemorySchedule } from './memory-schedule.ts';
import { createRedisSchedule } from './redis/redis-schedule.ts';
import { remoteSchedule, serveSchedule } from './remote-schedule.ts';
import type { FetchSchedule } from './schedule.ts';

interface Engine {
  name: string;
  open: () => Promise<void>;
  create: () => FetchSchedule;
  close: () => Promise<void>;
}

const inMemory: Engine[] = [
  { name: 'memory', open: async () => undefined, create: createMemorySchedule, close: async () => undefined },
  {
    name: 'memory over a port',
    open: async () => undefined,
    create() {
      const { port1, port2 } = new MessageChannel();
      serveSchedule(createMemorySchedule(), rpcOver(port1));
      return remoteSchedule(rpcOver(port2));
    },
    close: async () => undefined,
  },
];
let redis: TestRedis | undefined;
const inRedis: Engine = {
  name: 'redis',
  open: async () => {
    redis = await redisForTests();
  },
  create: () => createRedisSchedule({ url: redis!.url, luaFolder: sourceLuaFolder(), name: `test-${randomUUID()}` }),
  close: async () => redis?.close(),
};

const T0 = 1_800_000_000_000;
const entry = (trackerId: number, dueAt: number, factor = 1) => ({ trackerId, dueAt, factor });
const trackers = (list: readonly { trackerId: number }[]) => list.map((item) => item.trackerId);

describe.each(inMemory)('fetch schedule: $name', conforms);
needing('redis').describe('fetch schedule: redis', () => conforms(inRedis));

function conforms(engine: Engine): void {
  let schedule: FetchSchedule;
  beforeAll(engine.open);
  afterAll(engine.close);
  beforeEach(() => {
    schedule = engine.create();
  });
  afterEach(() => schedule.close());

  it('pulls back what a clock that was ahead has put far into the future', async () => {
    const day = 86_400_000;
    await schedule.add([entry(1, T0), entry(2, T0 + 6 * day), entry(3, T0 + day), entry(4, T0, 4)]);
    const [held] = await schedule.claim({ now: T0 + 6 * day, limit: 1, leaseMs: 1000 });
    const back = { now: T0, latestDueAt: T0 + day, latestLeaseEnd: T0 + 3_600_000 };
    expect((await schedule.pullBack(back)).sort()).toEqual([1, 2]);
    expect(await schedule.pullBack(back)).toEqual([]);
    expect(await schedule.stats(T0)).toMatchObject({ depth: 4, due: 3, leased: 0 });
    expect(await schedule.get(3)).toEqual(entry(3, T0 + day));
    expect(await schedule.get(4)).toEqual(entry(4, T0, 4));
    // Its token stays good until another claim.
    expect(await schedule.settle([{ ...held!, nextDueAt: T0 + 5, nextFactor: 2 }])).toEqual([1]);
    expect(await schedule.get(1)).toEqual(entry(1, T0 + 5, 2));
  });

  it('claims what is due, oldest first, and nothing twice', async () => {
    await schedule.add([entry(3, T0 + 30), entry(1, T0 + 10, 4), entry(2, T0 + 20), entry(4, T0 + 5000)]);
    const first = await schedule.claim({ now: T0 + 100, limit: 2, leaseMs: 1000 });
    expect(trackers(first)).toEqual([1, 2]);
    expect(first[0]).toMatchObject({ factor: 4, dueAt: T0 + 10 });
    expect(trackers(await schedule.claim({ now: T0 + 100, limit: 10, leaseMs: 1000 }))).toEqual([3]);
    expect(await schedule.claim({ now: T0 + 100, limit: 10, leaseMs: 1000 })).toEqual([]);
    expect(await schedule.stats(T0 + 100)).toEqual({ depth: 4, due: 0, leased: 3, oldestDueAt: T0 + 5000 });
  });

  it('claims what is due soon when asked to, and leaves leases alone that end only then', async () => {
    await schedule.add([entry(1, T0), entry(2, T0 + 50), entry(3, T0 + 500)]);
    expect(trackers(await schedule.claim({ now: T0, limit: 9, leaseMs: 10 }))).toEqual([1]);
    expect(trackers(await schedule.claim({ now: T0, dueBy: T0 + 60, limit: 9, leaseMs: 10 }))).toEqual([2]);
    expect(await schedule.stats(T0)).toMatchObject({ due: 0, leased: 2 });
  });

  it('adds only what is not there', async () => {
    expect(await schedule.add([entry(1, T0), entry(2, T0)])).toBe(2);
    expect(await schedule.add([entry(1, T0 + 99, 16), entry(3, T0)])).toBe(1);
    expect(await schedule.get(1)).toEqual(entry(1, T0));
    expect(await schedule.get(9)).toBeNull();
  });

  it('gives a lapsed lease back in its old place, and fences its first holder off once another has it', async () => {
    await schedule.add([entry(1, T0), entry(2, T0 + 50)]);
    const [old] = await schedule.claim({ now: T0, limit: 1, leaseMs: 1000 });
    expect(await schedule.claim({ now: T0 + 40, limit: 9, leaseMs: 1000 })).toEqual([]);
    expect(await schedule.stats(T0 + 1000)).toEqual({ depth: 2, due: 2, leased: 0, oldestDueAt: T0 });
    const again = await schedule.claim({ now: T0 + 1000, limit: 9, leaseMs: 1000 });
    expect(trackers(again)).toEqual([1, 2]);
    expect(again[0]!.token).toBeGreaterThan(old!.token);
    expect(await schedule.settle([{ ...old!, nextDueAt: T0 + 9e6, nextFactor: 16 }])).toEqual([]);
    await schedule.release([old!]);
    expect(await schedule.renew([old!], { now: T0 + 1000, leaseMs: 1000 })).toEqual([1]);
    expect(await schedule.settle([{ ...again[0]!, nextDueAt: T0 + 5000, nextFactor: 2 }])).toEqual([1]);
    expect(await schedule.get(1)).toEqual(entry(1, T0 + 5000, 2));
  });

  it('still takes the answer of a lease that lapsed when nobody else has claimed since', async () => {
    await schedule.add([entry(1, T0), entry(2, T0 - 1)]);
    const claims = await schedule.claim({ now: T0, limit: 9, leaseMs: 10 });
    expect(trackers(await schedule.claim({ now: T0 + 10, limit: 1, leaseMs: 10 }))).toEqual([2]);
    expect(await schedule.renew(claims, { now: T0 + 10, leaseMs: 10 })).toEqual([2]);
    expect(await schedule.settle(claims.map((c) => ({ ...c, nextDueAt: T0 + 100, nextFactor: 1 })))).toEqual([1]);
    expect(await schedule.stats(T0 + 15)).toMatchObject({ depth: 2, due: 0, leased: 1 });
  });

  it('releases claims as they were, and prolongs them', async () => {
    await schedule.add([entry(1, T0, 8), entry(2, T0 + 1)]);
    const claims = await schedule.claim({ now: T0 + 1, limit: 9, leaseMs: 100 });
    expect(await schedule.renew([claims[1]!], { now: T0 + 90, leaseMs: 100 })).toEqual([]);
    await schedule.release([claims[0]!]);
    expect(await schedule.get(1)).toEqual(entry(1, T0, 8));
    expect(trackers(await schedule.claim({ now: T0 + 150, limit: 9, leaseMs: 100 }))).toEqual([1]);
    expect(trackers(await schedule.claim({ now: T0 + 190, limit: 9, leaseMs: 100 }))).toEqual([2]);
  });

  it('removes leased trackers too, and ignores their answers, even after they came back', async () => {
    await schedule.add([entry(1, T0), entry(2, T0)]);
    const claims = await schedule.claim({ now: T0, limit: 1, leaseMs: 1000 });
    expect(await schedule.remove([1, 2, 3])).toBe(2);
    expect(await schedule.settle([{ ...claims[0]!, nextDueAt: T0, nextFactor: 1 }])).toEqual([]);
    await schedule.add([entry(1, T0 + 7)]);
    expect(await schedule.settle([{ ...claims[0]!, nextDueAt: T0, nextFactor: 1 }])).toEqual([]);
    expect(await schedule.get(1)).toEqual(entry(1, T0 + 7));
    expect((await schedule.stats(T0)).depth).toBe(1);
  });

  it('makes trackers due now, without moving those that are overdue or leased', async () => {
    await schedule.add([entry(1, T0 + 9000, 4), entry(2, T0 - 5), entry(3, T0 - 9)]);
    await schedule.claim({ now: T0, limit: 1, leaseMs: 1000 });
    expect(await schedule.makeDue([1, 2, 3, 99], T0)).toBe(3);
    expect(await schedule.stats(T0)).toEqual({ depth: 3, due: 2, leased: 1, oldestDueAt: T0 - 5 });
    expect(trackers(await schedule.claim({ now: T0, limit: 9, leaseMs: 1000 }))).toEqual([2, 1]);
  });

  it('brings due times forward, and never puts one off', async () => {
    await schedule.add([entry(1, T0 + 9000, 4), entry(2, T0 + 10), entry(3, T0 - 9)]);
    await schedule.claim({ now: T0, limit: 1, leaseMs: 1000 });
    const wanted = [1, 2, 3, 99].map((trackerId) => ({ trackerId, dueAt: T0 + 50 }));
    expect(await schedule.hasten(wanted)).toBe(3);
    expect(await Promise.all([1, 2, 3].map((id) => schedule.get(id)))).toEqual([
      entry(1, T0 + 50, 4),
      entry(2, T0 + 10),
      entry(3, T0 - 9),
    ]);
    expect(await schedule.stats(T0 + 49)).toMatchObject({ due: 1, leased: 1 });
    expect(trackers(await schedule.claim({ now: T0 + 50, limit: 9, leaseMs: 1000 }))).toEqual([2, 1]);
  });

  it('lists members by id in pages, through thousands', async () => {
    const ids = Array.from({ length: 2500 }, (_, i) => (i * 7919) % 100_003);
    expect(await schedule.add(ids.map((id) => entry(id, T0 + id)))).toBe(2500);
    const seen: number[] = [];
    for (let afterId = -1; ; afterId = seen.at(-1)!) {
      const page = await schedule.members({ afterId, limit: 700 });
      seen.push(...page);
      if (page.length < 700) break;
    }
    expect(seen).toEqual([...ids].sort((a, b) => a - b));
    expect(await schedule.remove(ids)).toBe(2500);
    expect(await schedule.stats(T0)).toEqual({ depth: 0, due: 0, leased: 0, oldestDueAt: null });
  });

  it('gives a tracker to one of many claimers that ask at once', async () => {
    await schedule.add(Array.from({ length: 400 }, (_, i) => entry(i + 1, T0 + i)));
    const batches = await Promise.all(
      Array.from({ length: 12 }, () => schedule.claim({ now: T0 + 1000, limit: 50, leaseMs: 1000 })),
    );
    const all = trackers(batches.flat());
    expect(all.length).toBe(400);
    expect(new Set(all).size).toBe(400);
  });

  it('lets no due healthy tracker wait longer than one full rotation, whatever mix of trackers fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { minLength: 2, maxLength: 30 }),
        fc.integer({ min: 1, max: 8 }),
        async (healthy, limit) => {
          const own = engine.create();
          await own.add(healthy.map((_, i) => entry(i + 1, T0 + i)));
          const rotation = Math.ceil(healthy.length / limit);
          const lastTurn = new Map<number, number>();
          let now = T0 + 100;
          for (let turn = 0; turn < rotation * 5; turn++) {
            const claims = await own.claim({ now, limit, leaseMs: 1000 });
            for (const claim of claims) {
              expect(turn - (lastTurn.get(claim.trackerId) ?? -1)).toBeLessThanOrEqual(
                healthy[claim.trackerId - 1] ? rotation : Number.POSITIVE_INFINITY,
              );
              lastTurn.set(claim.trackerId, turn);
            }
            // Every healthy tracker is due again at once; a failing one backs off.
            now += 1;
            await own.settle(
              claims.map((c) => ({
                ...c,
                nextDueAt: healthy[c.trackerId - 1] ? now : now + 2 * c.factor,
                nextFactor: healthy[c.trackerId - 1] ? 1 : Math.min(16, c.factor * 2),
              })),
            );
          }
          for (const [i, isHealthy] of healthy.entries()) if (isHealthy) expect(lastTurn.has(i + 1)).toBe(true);
          await own.close();
        },
      ),
      { numRuns: 15 },
    );
  });
}
