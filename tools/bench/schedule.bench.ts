import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { createRedisSchedule } from '../../src-main/core/fetching/schedule/redis/redis-schedule.ts';
import type { Claim } from '../../src-main/core/fetching/schedule/schedule.ts';
import { sourceLuaFolder } from '../../src-main/core/fetching/testing/lua-folder.ts';
import { redisForTests } from '../../src-main/core/testing/redis.ts';
import { servers } from '../../src-main/core/testing/servers.ts';
import { type Figure, less, median, more } from './figure.ts';

const TRACKERS = 1_000_000;
const BATCH = 256;
const CLAIMS = 400;
const T0 = 1_800_000_000_000;
const LEASE_MS = 180_000;
/** The limit for one claim. */
const CLAIM_LIMIT_MS = 2;
const JOBS = 30_000;
const CONCURRENCY = 100;

/**
 * The fetch schedule of a million trackers, all due, against BullMQ on the same Redis: a claim of 256 in milliseconds;
 * trackers claimed a second; and claimed and settled with their next due time, which is what BullMQ's processing of a
 * job (taking it, locking it, completing it) compares with.
 */
export async function figures(): Promise<Figure[]> {
  if (!servers.hasRedis()) {
    console.log('  left out: no Redis');
    return [];
  }
  const redis = await redisForTests();
  try {
    const jobs = await bullJobs(redis.url);
    const schedule = createRedisSchedule({ url: redis.url, luaFolder: sourceLuaFolder(), name: 'bench' });
    for (let id = 1; id <= TRACKERS; id += 10_000) {
      await schedule.add(
        Array.from({ length: 10_000 }, (_, i) => ({ trackerId: id + i, dueAt: T0 + id + i, factor: 1 })),
      );
    }
    const now = T0 + 2 * TRACKERS;
    const claimMs: number[] = [];
    const settleMs: number[] = [];
    for (let i = 0; i < CLAIMS; i++) {
      let claims: Claim[] = [];
      const claim = async () => {
        claims = await schedule.claim({ now, limit: BATCH, leaseMs: LEASE_MS });
      };
      claimMs.push(await ms(claim));
      if (claims.length !== BATCH) throw new Error(`claimed ${claims.length} of ${BATCH}`);
      const results = claims.map((claim) => ({ ...claim, nextDueAt: now + 1_800_000, nextFactor: 1 }));
      settleMs.push(
        await ms(async () => {
          const settled = await schedule.settle(results);
          if (settled.length !== BATCH) throw new Error(`settled ${settled.length} of ${BATCH}`);
        }),
      );
    }
    const { depth } = await schedule.stats(now);
    if (depth !== TRACKERS) throw new Error(`${depth} trackers are left of ${TRACKERS}`);
    await schedule.close();
    const bull = { name: `BullMQ, jobs processed at concurrency ${CONCURRENCY}`, value: jobs };
    const both = claimMs.map((time, i) => time + settleMs[i]!);
    return [
      less(`claim of ${BATCH} at 1,000,000 scheduled, median`, 'ms', median(claimMs), {
        name: 'limit',
        value: CLAIM_LIMIT_MS,
      }),
      more('due trackers claimed at 1,000,000 scheduled', 'per s', (1000 * BATCH) / median(claimMs), bull),
      more('the same, claimed and settled', 'per s', (1000 * BATCH) / median(both), bull),
    ];
  } finally {
    await redis.close();
  }
}

/** Jobs a second that BullMQ processes when processing is nothing, once as many have been added. */
async function bullJobs(url: string): Promise<number> {
  const connection = new Redis(url, { maxRetriesPerRequest: null });
  const queue = new Queue('bench', { connection });
  for (let i = 0; i < JOBS; i += 1000) {
    await queue.addBulk(Array.from({ length: 1000 }, (_, n) => ({ name: 'fetch', data: { trackerId: i + n } })));
  }
  let done = 0;
  let began = 0;
  const options = { connection, concurrency: CONCURRENCY, autorun: false, removeOnComplete: { count: 0 } };
  const rate = await new Promise<number>((resolve, reject) => {
    const worker = new Worker('bench', async () => undefined, options);
    worker.on('error', reject);
    worker.on('completed', () => {
      if (++done < JOBS) return;
      const seconds = (performance.now() - began) / 1000;
      void worker.close().then(() => resolve(JOBS / seconds));
    });
    began = performance.now();
    void worker.run();
  });
  await queue.obliterate({ force: true });
  await queue.close();
  connection.disconnect();
  return rate;
}

async function ms(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
