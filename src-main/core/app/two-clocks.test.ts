import { randomUUID } from 'node:crypto';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BootedConsole, bootForTest, PASSWORD, removeFolder } from '../offline/testing/booted-console.ts';
import { insertRun, insertTrackers } from '../testing/company.ts';
import { postgres, type TestDatabase } from '../testing/database.ts';
import { needing } from '../testing/needing.ts';
import { redisForTests, type TestRedis } from '../testing/redis.ts';

const HOST = '127.0.0.1:4780';
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

needing('postgres', 'redis').describe('two consoles whose clocks are a minute apart', () => {
  let test: TestDatabase;
  let redis: TestRedis;
  let right: BootedConsole;
  let fast: BootedConsole;
  let aheadMs = MINUTE_MS;
  const offset = (of: BootedConsole) => of.parts.workstation!.clock.offset();
  /** Sets the fast console's clock, as a person or a bad time server does, while it runs. */
  const jumps = [MINUTE_MS + DAY_MS, MINUTE_MS, MINUTE_MS - DAY_MS, MINUTE_MS];

  beforeAll(async () => {
    test = await postgres.create();
    redis = await redisForTests();
    const url = test.connection.engine === 'postgresql' ? test.connection.url : '';
    const redisUrl = `${redis.url}?prefix=clocks-${randomUUID().slice(0, 8)}`;
    right = await bootForTest(url, undefined, { redisUrl });
    fast = await bootForTest(url, undefined, { redisUrl, ownTime: () => Date.now() + aheadMs });
    for (const each of [right, fast]) expect((await each.signIn('admin', PASSWORD)).status).toBe(200);
  }, 120_000);
  afterAll(async () => {
    for (const each of [right, fast]) {
      await each?.stop();
      if (each) await removeFolder(each.dataDir);
    }
    await redis?.close();
    await test?.close();
  });

  it('say which one is off', async () => {
    await expect.poll(() => Math.round(offset(fast) / 1000), { timeout: 10_000 }).toBe(-60);
    const off = async (of: BootedConsole) => (await of.send('GET', '/notices')).body.clockOffMs;
    expect(await off(right)).toBe(0);
    expect(Math.round((await off(fast)) / 1000)).toBe(-60);
    expect((await fast.send('GET', '/health/ready')).body.checks.clock).toMatchObject({ is: 'warns' });
  });

  it('keep a session that one of them began, though a clock jumps a day', async () => {
    const login = await right.signIn('admin', PASSWORD);
    const cookie = login.headers.getSetCookie()[0]!.split(';')[0]!;
    const onTheOther = () =>
      fast.handle(new Request('http://127.0.0.1:4780/api/v1/auth/session', { headers: { host: HOST, cookie } }));
    expect((await onTheOther()).status).toBe(200);
    for (const jump of jumps) {
      aheadMs = jump;
      // The first that is asked after it.
      expect([jump, (await onTheOther()).status]).toEqual([jump, 200]);
      expect([jump, Math.round(offset(fast) / 1000)]).toEqual([jump, -jump / 1000]);
    }
    const { rows } = await test.db.query<{ apart: number }>(sql`
      select max(abs(extract(epoch from last_seen_at - clock_timestamp())))::float8 as apart from sessions`);
    expect(rows[0]!.apart).toBeLessThan(90);
  });

  it('count guesses together, and let people wait as long as they say', async () => {
    const guess = async (at: BootedConsole) => {
      const { status, headers } = await at.signIn('nobody', 'a wrong password');
      return { status, wait: Number(headers.get('retry-after') ?? 0) };
    };
    const answers = [];
    for (let n = 0; n < 6; n++) answers.push(await guess(n % 2 === 0 ? right : fast));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429]);
    for (const jump of [MINUTE_MS, ...jumps]) {
      aheadMs = jump;
      for (const each of [fast, right]) {
        const { status, wait } = await guess(each);
        expect([jump, status]).toEqual([jump, 429]);
        expect(wait).toBeGreaterThan(0);
        expect(wait).toBeLessThanOrEqual(30);
      }
    }
  });

  it('lease a tracker to one of them, and date scans alike', async () => {
    const { clientId, runId } = await insertRun(test.db, 'Aurora', '2020-01-01', '2099-01-01');
    const trackers = await insertTrackers(test.db, { count: 4 });
    aheadMs = MINUTE_MS;
    await fast.send('GET', '/auth/session');
    const due = right.parts.now().getTime() - 5_000;
    await right.parts.schedule.add([{ trackerId: trackers[0]!.id, dueAt: due, factor: 1 }]);
    const claim = (at: BootedConsole) =>
      at.parts.schedule.claim({ now: at.parts.now().getTime(), limit: 1, leaseMs: 30_000 });
    const [claimed] = await claim(right);
    expect(await claim(fast)).toEqual([]);
    const nextDueAt = right.parts.now().getTime() + 20_000;
    expect(await fast.parts.schedule.settle([{ ...claimed!, nextDueAt, nextFactor: 1 }])).toHaveLength(1);
    expect(await claim(fast)).toEqual([]);

    const { body: order } = await right.send('POST', '/customer-orders', {
      clientId,
      productionRunId: runId,
      quantity: 4,
    });
    const before = Date.now();
    for (const [n, { mac }] of trackers.entries()) {
      const scan = { scan: mac, mutationId: randomUUID() };
      const at = n % 2 === 0 ? fast : right;
      const { body } = await at.send('POST', `/customer-orders/${order.id}/allocations`, scan);
      expect(body.outcome).toBe('allocated');
    }
    const { rows } = await test.db.query<{ mac: string; at: Date }>(sql`
      select mac_address::text as mac, scanned_at as at from scans order by id`);
    expect(rows).toHaveLength(4);
    for (const { at } of rows) {
      expect(at.getTime()).toBeGreaterThan(before - 2_000);
      expect(at.getTime()).toBeLessThan(Date.now() + 2_000);
    }
  });
});
