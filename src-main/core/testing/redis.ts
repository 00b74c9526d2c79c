import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { servers } from './servers.ts';

export interface TestRedis {
  url: string;
  close(): Promise<void>;
}

/** The Redis of TEST_REDIS_URL, or one of the test's own; fails where there is neither. */
export async function redisForTests(): Promise<TestRedis> {
  const url = servers.redisUrl();
  return url === null ? ownRedis() : { url, close: async () => undefined };
}

/**
 * Starts a server that the test may stop and start again at the same port, with further flags; `url` is how to reach it,
 * unless it is the usual way. Fails where Redis isn't installed.
 */
export async function ownRedis(
  wanted?: number,
  flags: readonly string[] = [],
  reach?: (port: number) => { url: string; ca?: string },
): Promise<TestRedis & { port: number }> {
  const program = servers.redisProgram();
  if (program === null) throw new Error('redis-server is not installed');
  const port = wanted ?? (await freePort());
  const folder = await mkdtemp(join(tmpdir(), 'redis-test-'));
  const usual = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder];
  const child = spawn(program, [...flags, ...usual], { stdio: 'ignore' });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const { url, ca } = { ca: undefined, ...(reach?.(port) ?? { url: `redis://127.0.0.1:${port}` }) };
  const tls = ca === undefined ? {} : { tls: { ca } };
  const client = new Redis(url, { ...tls, retryStrategy: () => 50, maxRetriesPerRequest: null });
  client.on('error', () => undefined);
  await client.ping();
  client.disconnect();
  return {
    url,
    port,
    async close() {
      child.kill();
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const ATTEMPTS = 300;

/** Tries until a server that was just started answers; rejects with the last failure after half a minute. */
export async function untilUp(ask: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await ask();
      return;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
