import { randomUUID } from 'node:crypto';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testEngines } from '../testing/database.ts';
import { insertKeyedTrackers, type KeyedTracker, uploadedReport } from '../testing/keyed-trackers.ts';
import { needing } from '../testing/needing.ts';
import { redisForTests, type TestRedis } from '../testing/redis.ts';
import { createMemorySchedule } from './schedule/memory-schedule.ts';
import { createRedisSchedule } from './schedule/redis/redis-schedule.ts';
import type { FetchSchedule } from './schedule/schedule.ts';
import { fetcherWorld, HOUR, MINUTE } from './testing/fetcher-world.ts';
import { sourceLuaFolder } from './testing/lua-folder.ts';

const SIX_DAYS = 6 * 24 * HOUR;
let redis: TestRedis | undefined;

describe.each(testEngines())('a clock that was six days fast, on $name', ({ create }) => {
  const { world, newFetcher, addAccount, sourceRow, stateOf, countOf } = fetcherWorld(create);
  const heard = (tracker: KeyedTracker, ago: number) =>
    world.server.reports.set(tracker.hashedKey, [uploadedReport(tracker, new Date(world.now - ago))]);

  const forgotten = (schedule: () => FetchSchedule) => {
    it.each(['the same fetcher', 'another one, after a kill'])(
      'is forgotten once it is right: %s',
      async (who) => {
        world.schedule = schedule();
        const [found, silent, later] = await insertKeyedTrackers(world.db, world.keys, {
          count: 3,
          runId: world.runId,
        });
        heard(found!, HOUR);
        await addAccount();
        await world.db.query(sql`update report_sources set min_interval_seconds = 900`);
        await world.db.query(sql`delete from trackers where id = ${later!.id}`);
        const right = world.now;
        world.now += SIX_DAYS;
        heard(found!, HOUR);
        await world.db.query(sql`update production_runs set end_date = '2026-12-31' where id = ${world.runId}`);
        let fetcher = newFetcher();
        for (let n = 0; n < 6; n++) {
          await fetcher.cycle();
          world.now += 16 * MINUTE;
        }
        expect((await stateOf(found!))!.last_success_at).not.toBeNull();
        // Killed in mid-request: claimed, and never given back.
        await world.schedule.makeDue([found!.id, silent!.id], world.now);
        if (who !== 'the same fetcher') {
          fetcher = newFetcher();
          await world.schedule.claim({ now: world.now, limit: 9, leaseMs: 180_000 });
          await world.db.query(sql`update report_sources set busy_until = ${new Date(world.now + 20_000)}`);
        }
        world.now = right + HOUR;
        heard(found!, MINUTE);
        world.server.requests.length = 0;
        await fetcher.cycle();
        world.now += 16 * MINUTE;
        await fetcher.cycle();
        const asked = world.server.requests.flatMap(({ ids }) => ids);
        expect(asked).toEqual(expect.arrayContaining([found!.hashedKey, silent!.hashedKey]));
        for (const { body } of world.server.requests) {
          const { startDate, endDate } = (body as { search: { startDate: number; endDate: number }[] }).search[0]!;
          expect(endDate - startDate).toBe(7 * 24 * HOUR);
        }
        expect(await countOf(found!)).toBeGreaterThan(0);
        const state = (await stateOf(found!))!;
        expect((state.last_success_at as Date).getTime()).toBeLessThanOrEqual(world.now);
        expect((state.next_due_at as Date).getTime()).toBeLessThan(world.now + HOUR);
        expect(((await sourceRow()).last_request_at as Date).getTime()).toBeLessThanOrEqual(world.now);
      },
      60_000,
    );
  };

  describe('with the schedule in memory', () => forgotten(createMemorySchedule));
  needing('redis').describe('with the schedule in Redis', () => {
    beforeAll(async () => {
      redis = await redisForTests();
    });
    afterAll(async () => {
      await world.schedule?.close();
      await redis?.close();
    });
    forgotten(() =>
      createRedisSchedule({ url: redis!.url, luaFolder: sourceLuaFolder(), name: `clock-${randomUUID()}` }),
    );
  });
});
