import { openRedis, parseRedisUrl } from './open-redis.ts';

const CONNECT_MS = 5_000;

/** Connects once, as REDIS_URL says, and asks. Rejects with what Redis or the network said first. */
export async function tryRedis(url: string): Promise<void> {
  const address = parseRedisUrl(url);
  // The database is asked for below: as a part of the connection its refusal would go to the log alone.
  const redis = openRedis(
    { ...address, database: 0 },
    {
      lazyConnect: true,
      connectTimeout: CONNECT_MS,
      commandTimeout: CONNECT_MS,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
    },
  );
  let first: Error | null = null;
  const note = (error: Error & { lastNodeError?: Error }) => {
    first ??= error.lastNodeError ?? error;
  };
  redis.on('error', note);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('connect timeout')), 2 * CONNECT_MS);
  });
  try {
    await Promise.race([late, redis.connect().then(() => redis.ping())]);
    if (address.database > 0) await redis.select(address.database);
  } catch (error) {
    note(error as Error);
    throw first;
  } finally {
    clearTimeout(timer);
    redis.disconnect();
  }
}
