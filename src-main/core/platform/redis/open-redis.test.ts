import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServerEvent } from '../../../../src-shared/contract/events.ts';
import { createRedisSchedule } from '../../fetching/schedule/redis/redis-schedule.ts';
import { sourceLuaFolder } from '../../fetching/testing/lua-folder.ts';
import { makeCertificate } from '../../testing/certificates.ts';
import { needing } from '../../testing/needing.ts';
import { freePort, ownRedis, untilUp } from '../../testing/redis.ts';
import { createRedisBus } from '../events/redis-bus.ts';
import { openRedis, parseRedisUrl } from './open-redis.ts';

describe('REDIS_URL', () => {
  it('names a server, log-in, database, TLS, sentinels, a cluster, a prefix', () => {
    expect(parseRedisUrl('redis://localhost')).toMatchObject({
      kind: 'single',
      nodes: [{ host: 'localhost', port: 6379 }],
      ...{ username: null, password: null, database: 0, tls: null, prefix: '' },
    });
    expect(parseRedisUrl('rediss://glimpse:p%40ss:word@[::1]:6380/3?prefix=acme')).toMatchObject({
      nodes: [{ host: '::1', port: 6380 }],
      ...{ username: 'glimpse', password: 'p@ss:word', database: 3, tls: {}, prefix: 'acme' },
    });
    expect(parseRedisUrl('redis+sentinel://:pw@a,b:26380/1?master=main&sentinelPassword=s')).toMatchObject({
      kind: 'sentinel',
      nodes: [
        { host: 'a', port: 26_379 },
        { host: 'b', port: 26_380 },
      ],
      ...{ group: 'main', password: 'pw', sentinelPassword: 's', database: 1 },
    });
    expect(parseRedisUrl('rediss+cluster://a:7000,b:7001')).toMatchObject({ kind: 'cluster', tls: {} });
  });

  it.each([
    ['localhost:6379', 'must be redis://'],
    ['http://localhost', 'must be redis://'],
    ['redis://secret@localhost', 'without a password'],
    ['redis://localhost:99999', 'host:port'],
    ['redis://localhost/0?sslmod=require', 'unknown setting sslmod'],
    ['redis+sentinel://a,b', 'master='],
    ['redis+cluster://a/2', 'no other database'],
    ['redis://a?prefix=a%20b', 'prefix'],
    ['rediss://a?sslrootcert=/nowhere.pem', '/nowhere.pem of sslrootcert in REDIS_URL can’t be read'],
  ])('is refused by name: %s', (url, said) => {
    expect(() => parseRedisUrl(url)).toThrow(said);
    try {
      parseRedisUrl(url);
    } catch (error) {
      expect((error as Error).message).not.toContain('secret');
    }
  });
});

/** What a console does with Redis: its schedule, and events to another console. */
async function serves(url: string): Promise<void> {
  const errors: unknown[] = [];
  const onError = (error: unknown) => errors.push(error);
  const schedule = createRedisSchedule({ url, luaFolder: sourceLuaFolder(), onError });
  const buses = [1, 2].map(() => createRedisBus({ url, onError }));
  try {
    expect(await schedule.add([{ trackerId: 1, dueAt: 10, factor: 1 }])).toBe(1);
    const [claim] = await schedule.claim({ now: 20, limit: 5, leaseMs: 1000 });
    expect(claim).toMatchObject({ trackerId: 1, dueAt: 10 });
    expect(await schedule.settle([{ ...claim!, nextDueAt: 90, nextFactor: 2 }])).toEqual([1]);
    expect(await schedule.get(1)).toEqual({ trackerId: 1, dueAt: 90, factor: 2 });
    expect(await schedule.remove([1])).toBe(1);
    const heard = new Promise<ServerEvent>((resolve) => buses[1]!.subscribe(resolve));
    // The subscription takes a moment.
    const telling = setInterval(() => buses[0]!.publish({ type: 'fetcher' }), 20);
    expect(await heard.finally(() => clearInterval(telling))).toEqual({ type: 'fetcher' });
  } finally {
    await schedule.close();
    await Promise.all(buses.map((bus) => bus.close()));
  }
}

const installed = needing('redisProgram');
installed.describe('Redis as companies have it', () => {
  const close: (() => Promise<unknown>)[] = [];
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'redis-kinds-'));
  });
  afterAll(async () => {
    await Promise.all(close.map((step) => step()));
    await rm(folder, { recursive: true, force: true });
  });
  const started = async (...given: Parameters<typeof ownRedis>) => {
    const redis = await ownRedis(...given);
    close.push(redis.close);
    return redis;
  };

  it('asks for a password, and has several databases', async () => {
    const { url, port } = await started(undefined, ['--requirepass', 'p@ss'], (port) => ({
      url: `redis://:p%40ss@127.0.0.1:${port}`,
    }));
    await serves(`${url}/3`);
    const schedule = createRedisSchedule({ url: `redis://127.0.0.1:${port}`, luaFolder: sourceLuaFolder() });
    await expect(schedule.stats(0)).rejects.toThrow(/refuses this console: its user, password or rights/);
    await schedule.close();
  });

  it('keeps two companies apart by a prefix: schedules and events', async () => {
    const { url } = await started();
    const [acme, globex] = ['acme', 'globex'].map((prefix) => `${url}/0?prefix=${prefix}`) as [string, string];
    await serves(acme);
    const schedules = [acme, globex].map((each) => createRedisSchedule({ url: each, luaFolder: sourceLuaFolder() }));
    const errors: unknown[] = [];
    const buses = [acme, acme, globex].map((each) =>
      createRedisBus({ url: each, onError: (error) => errors.push(error) }),
    );
    try {
      await schedules[0]!.add([{ trackerId: 7, dueAt: 1, factor: 1 }]);
      expect(await schedules[1]!.stats(5)).toMatchObject({ depth: 0 });
      expect(await schedules[0]!.stats(5)).toMatchObject({ depth: 1 });
      const strangers: ServerEvent[] = [];
      buses[2]!.subscribe((event) => strangers.push(event));
      const own = new Promise<ServerEvent>((resolve) => buses[1]!.subscribe(resolve));
      const telling = setInterval(() => buses[0]!.publish({ type: 'fetcher' }), 20);
      await own.finally(() => clearInterval(telling));
      expect(strangers).toEqual([]);
      const client = openRedis(parseRedisUrl(url), {}) as Redis;
      expect((await client.keys('*')).filter((key) => !/^\{fetch-schedule:acme:default\}:/.test(key))).toEqual([]);
      client.disconnect();
    } finally {
      await Promise.all([...schedules, ...buses].map((each) => each.close()));
    }
  });

  it('speaks TLS, and its certificate is verified unless the address says otherwise', async () => {
    const { cert, key } = makeCertificate(folder, 'redis', 'IP:127.0.0.1');
    const stranger = makeCertificate(folder, 'stranger', 'IP:127.0.0.1');
    const tlsPort = await freePort();
    await started(
      undefined,
      ['--tls-port', String(tlsPort), '--tls-cert-file', cert, '--tls-key-file', key, '--tls-auth-clients', 'no'],
      () => ({ url: `rediss://127.0.0.1:${tlsPort}`, ca: readFileSync(cert, 'utf8') }),
    );
    const url = `rediss://127.0.0.1:${tlsPort}`;
    await serves(`${url}?sslmode=verify-full&sslrootcert=${cert}`);
    await serves(`${url}?sslmode=require`);
    for (const query of ['', '?sslmode=verify-full', `?sslmode=verify-full&sslrootcert=${stranger.cert}`]) {
      const client = openRedis(parseRedisUrl(url + query), { retryStrategy: () => null, lazyConnect: true }) as Redis;
      const failure = new Promise<Error>((resolve) => client.once('error', resolve));
      await expect(client.connect()).rejects.toThrow();
      expect([query, (await failure).message]).toEqual([query, expect.stringMatching(/certificate/)]);
    }
  });

  it('is a cluster of three nodes', async () => {
    const nodes = await Promise.all(
      [1, 2, 3].map(async () => {
        const bus = await freePort();
        const redis = await started(undefined, ['--cluster-enabled', 'yes', '--cluster-port', String(bus)]);
        return { ...redis, bus, client: openRedis(parseRedisUrl(redis.url), {}) as Redis };
      }),
    );
    const slots = [0, 5461, 10_923, 16_384];
    for (const [i, node] of nodes.entries()) {
      await node.client.call('CLUSTER', 'ADDSLOTSRANGE', slots[i]!, slots[i + 1]! - 1);
      await nodes[0]!.client.call('CLUSTER', 'MEET', '127.0.0.1', node.port, node.bus);
    }
    await untilUp(async () => {
      for (const { client } of nodes) {
        const info = String(await client.call('CLUSTER', 'INFO'));
        if (!info.includes('cluster_state:ok') || !info.includes('cluster_known_nodes:3')) throw new Error(info);
      }
    });
    for (const { client } of nodes) client.disconnect();
    const [first, second] = nodes as [(typeof nodes)[0], (typeof nodes)[0]];
    await serves(`redis+cluster://127.0.0.1:${first.port},127.0.0.1:${second.port}?prefix=acme`);
  });

  it('is found by a sentinel', async () => {
    const redis = await started();
    // It writes down what it learns.
    const settings = join(folder, 'sentinel.conf');
    await writeFile(settings, 'sentinel resolve-hostnames no\n');
    const sentinel = await started(undefined, [settings, '--sentinel'], (port) => ({
      url: `redis://127.0.0.1:${port}`,
    }));
    const client = openRedis(parseRedisUrl(sentinel.url), {}) as Redis;
    await client.call('SENTINEL', 'MONITOR', 'main', '127.0.0.1', redis.port, 1);
    client.disconnect();
    await serves(`redis+sentinel://127.0.0.1:${sentinel.port}/2?master=main`);
  });
});
