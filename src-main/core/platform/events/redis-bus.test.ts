import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ServerEvent } from '../../../../src-shared/contract/events.ts';
import { needing } from '../../testing/needing.ts';
import { redisForTests, type TestRedis } from '../../testing/redis.ts';
import type { EventBus } from './bus.ts';
import { createRedisBus } from './redis-bus.ts';

needing('redis').describe('events through Redis', () => {
  let redis: TestRedis;
  const errors: unknown[] = [];
  const buses: EventBus[] = [];
  beforeAll(async () => {
    redis = await redisForTests();
    buses.push(...[1, 2].map(() => createRedisBus({ url: redis.url, onError: (error) => errors.push(error) })));
  });
  afterAll(async () => {
    await Promise.all(buses.map((bus) => bus.close()));
    await redis?.close();
  });

  it('reach listeners here once, and on the other console', async () => {
    const heard: ServerEvent[][] = [[], []];
    for (const [i, bus] of buses.entries()) bus.subscribe((event) => heard[i]!.push(event));
    const [here, there] = buses as [EventBus, EventBus];
    let sent = 0;
    // The subscription takes a moment; until then events may be lost, which they may always be.
    while (heard[1]!.length === 0) {
      here.publish({ type: 'order', orderId: ++sent });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(heard[0]!.map((event) => event.type === 'order' && event.orderId)).toEqual(
      Array.from({ length: sent }, (_, i) => i + 1),
    );
    there.publish({ type: 'fetcher' });
    while (!heard[0]!.some(({ type }) => type === 'fetcher')) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(heard[0]!.filter(({ type }) => type === 'fetcher')).toHaveLength(1);
  });
});
