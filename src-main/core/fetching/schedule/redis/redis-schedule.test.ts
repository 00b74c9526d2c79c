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
