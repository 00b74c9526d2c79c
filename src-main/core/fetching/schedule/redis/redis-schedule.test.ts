import { Redis } from 'ioredis';
import { expect } from 'vitest';
import { needing } from '../../../testing/needing.ts';
import { ownRedis } from '../../../testing/redis.ts';
import { sourceLuaFolder } from '../../testing/lua-folder.ts';
import { createRedisSchedule } from './redis-schedule.ts';

const T0 = 1_800_000_000_000;

needing('redisProgram').it(
  'says that Redis is away, goes on when it is back, and fences off claims from before a loss',
  async () => {
    const first = await ownRedis();
    const schedule = createRedisSchedule({ url: first.url, luaFolder: sourceLuaFolder() });
    await schedule.add([{ trackerId: 1, dueAt: T0, factor: 1 }]);
    const [old] = await schedule.claim({ now: T0, limit: 1, leaseMs: 1000 });
    await first.close();
    await expect(schedule.stats(T0)).rejects.toMatchObject({ code: 'unavailable' });

    // It kept nothing: the queue is built again from the database.
    const second = await ownRedis(first.port);
    await expect.poll(() => schedule.stats(T0).catch(() => null), { timeout: 10_000 }).toMatchObject({ depth: 0 });
    await schedule.add([{ trackerId: 1, dueAt: T0, factor: 8 }]);
    const [claim] = await schedule.claim({ now: T0 + 1, limit: 1, leaseMs: 1000 });
    expect(claim).toMatchObject({ trackerId: 1, factor: 8 });
    expect(claim!.token).toBeGreaterThan(old!.token);
    expect(await schedule.settle([{ ...old!, nextDueAt: T0 + 5, nextFactor: 1 }])).toEqual([]);
    await schedule.close();
    await second.close();
  },
);

needing('redisProgram').it('says why Redis takes no changes, though it answers', async () => {
  const redis = await ownRedis(undefined, ['--enable-protected-configs', 'yes']);
  const schedule = createRedisSchedule({ url: redis.url, luaFolder: sourceLuaFolder() });
  const control = new Redis(redis.url);
  const add = () => schedule.add([{ trackerId: 1, dueAt: T0, factor: 1 }]);
  const refuse = async (said: RegExp) => {
    for (const act of [() => schedule.tryToWrite(), add])
      await expect(act(), String(said)).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringMatching(said),
      });
    // It answers all the same.
    expect(await schedule.stats(T0)).toMatchObject({ depth: 0 });
  };
  try {
    await schedule.tryToWrite();
    await control.config('SET', 'maxmemory', '1');
    await refuse(/^Redis is full/);
    await control.config('SET', 'maxmemory', '0');

    await control.config('SET', 'min-replicas-to-write', '1');
    await refuse(/^Redis can’t reach its replicas/);
    await control.config('SET', 'min-replicas-to-write', '0');

    // No file system takes a name of that length, so that a save fails.
    await control.config('SET', 'dbfilename', 'x'.repeat(300));
    await control.config('SET', 'save', '1 1000000');
    await control.bgsave();
    await expect
      .poll(async () => await control.info('persistence'), { timeout: 10_000 })
      .toContain('rdb_last_bgsave_status:err');
    await refuse(/^Redis can’t save/);
    await control.config('SET', 'stop-writes-on-bgsave-error', 'no');

    await control.replicaof('127.0.0.1', 1);
    await refuse(/^REDIS_URL names a replica/);
    await control.replicaof('NO', 'ONE');

    await schedule.tryToWrite();
    expect(await add()).toBe(1);
    expect(await schedule.members({ afterId: 0, limit: 9 })).toEqual([1]);
    expect(await schedule.claim({ now: T0 + 9, limit: 9, leaseMs: 5 })).toHaveLength(1);
  } finally {
    // Else it would not end, since it can't save.
    await control.config('SET', 'save', '');
    control.disconnect();
    await schedule.close();
    await redis.close();
  }
});
