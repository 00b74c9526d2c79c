import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster, Redis } from 'ioredis';
import { openRedis, parseRedisUrl } from '../../../platform/redis/open-redis.ts';
import { redisError } from '../../../platform/redis/redis-error.ts';
import type { Claim, FetchSchedule } from '../schedule.ts';

/** Items of one script call: a script blocks the server while it runs, and Lua unpacks 8000 values at most. */
const CHUNK = 1000;

export interface RedisScheduleOptions {
  url: string;
  /** Folder of the `*.lua` files: beside this file in the source, `out/main/lua` in the build. */
  luaFolder: string;
  /** Tells schedules on one Redis apart. One hash tag holds all keys of one, so that Redis Cluster keeps them on one node. */
  name?: string;
  onError?: (error: Error) => void;
}

/** Longest wait for an answer. */
const COMMAND_MS = 10_000;

/** Reconnects for ever, at most 2 s apart; a command waits for two attempts and then fails. */
const connection = {
  maxRetriesPerRequest: 2,
  connectTimeout: 5000,
  commandTimeout: COMMAND_MS,
  retryStrategy: (times: number) => Math.min(2000, 50 * 2 ** Math.min(times, 6)),
};

/** The schedule that any number of consoles share. Each command is one Lua script, so it is atomic. */
export function createRedisSchedule(options: RedisScheduleOptions): FetchSchedule {
  const address = parseRedisUrl(options.url);
  const redis = openRedis(address, connection);
  redis.on('error', (error: Error) => options.onError?.(error));
  const name = [address.prefix, options.name ?? 'default'].filter(Boolean).join(':');
  const tag = `{fetch-schedule:${name}}`;
  const keys = ['due', 'leases', 'factors', 'members', 'token', 'claims'].map((key) => `${tag}:${key}`);
  const run = loadScripts(redis, options.luaFolder, keys);

  /** Calls a script with the arguments of at most CHUNK items at a time. */
  const each = async <T>(script: string, items: readonly T[], toArgs: (item: T) => number[], head: number[] = []) => {
    const answers: unknown[] = [];
    for (let start = 0; start < items.length; start += CHUNK) {
      answers.push(await run(script, [...head, ...items.slice(start, start + CHUNK).flatMap(toArgs)]));
    }
    return answers;
  };
  const sum = (answers: unknown[]) => answers.reduce<number>((total, answer) => total + Number(answer), 0);
  const ids = (answers: unknown[]) => answers.flatMap((answer) => (answer as string[]).map(Number));

  return {
    kind: 'redis',
    add: async (entries) => sum(await each('add', entries, (entry) => [entry.trackerId, entry.dueAt, entry.factor])),
    remove: async (trackerIds) => sum(await each('remove', trackerIds, (id) => [id])),
    async claim({ now, limit, leaseMs, dueBy = now }) {
      const text = (await run('claim', [now, Math.min(limit, CHUNK), now + leaseMs, dueBy])) as string;
      const [token, ...rest] = text.split(' ').map(Number);
      const claims: Claim[] = [];
      for (let i = 0; i + 2 < rest.length; i += 3) {
        claims.push({ trackerId: rest[i]!, token: token!, factor: rest[i + 2]!, dueAt: rest[i + 1]! });
      }
      return claims;
    },
    renew: async (claims, { now, leaseMs }) =>
      ids(await each('renew', claims, (claim) => [claim.trackerId, claim.token], [now + leaseMs])),
    settle: async (results) =>
      ids(await each('settle', results, (r) => [r.trackerId, r.token, r.nextDueAt, r.nextFactor])),
    async release(claims) {
      await each('release', claims, (claim) => [claim.trackerId, claim.token]);
    },
    makeDue: async (trackerIds, now) => sum(await each('hasten', trackerIds, (id) => [id, now])),
    hasten: async (entries) => sum(await each('hasten', entries, (entry) => [entry.trackerId, entry.dueAt])),
    pullBack: async ({ now, latestDueAt, latestLeaseEnd }) =>
      ids([await run('pull-back', [now, latestDueAt, latestLeaseEnd])]),
    members: async ({ afterId, limit }) => ids([await run('members', [afterId, limit])]),
    async get(trackerId) {
      const [dueAt, factor] = ((await run('get', [trackerId])) as string[]).map(Number);
      return dueAt === undefined || factor === undefined ? null : { trackerId, dueAt, factor };
    },
    async stats(now) {
      const [depth, due, leased, oldest] = (await run('stats', [now])) as [number, number, number, string];
      return { depth, due, leased, oldestDueAt: oldest === '' ? null : Number(oldest) };
    },
    async tryToWrite() {
      await run('try', []);
    },
    close: async () => redis.disconnect(),
  };
}

/** Defines every `*.lua` of the folder as a command (called by its hash; sent again when Redis has forgotten it). */
function loadScripts(redis: Redis | Cluster, folder: string, keys: readonly string[]) {
  type Command = (...args: (string | number)[]) => Promise<unknown>;
  const commands = redis as unknown as Record<string, Command>;
  for (const file of readdirSync(folder)) {
    if (!file.endsWith('.lua')) continue;
    const lua = readFileSync(join(folder, file), 'utf8');
    redis.defineCommand(commandName(file.slice(0, -'.lua'.length)), { numberOfKeys: keys.length, lua });
  }
  return async (script: string, args: readonly number[]): Promise<unknown> => {
    const command = commands[commandName(script)];
    if (!command) throw new Error(`${script}.lua is missing in the folder of Lua files`);
    try {
      return await inTime(command.call(redis, ...keys, ...args.map((arg) => Math.round(arg))));
    } catch (error) {
      throw redisError(error, 'The fetch schedule waits until it answers again.');
    }
  };
}

/** A cluster that can't be reached keeps a command for ever. */
function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('Redis did not answer in time')), COMMAND_MS);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

/** Prefixed, since a script named like a command of Redis would replace it. */
const commandName = (script: string) => `schedule:${script}`;
