import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

export interface TestRedis {
  url: string;
  close(): Promise<void>;
}

const binaries = ['/usr/bin/redis-server', '/usr/local/bin/redis-server', '/opt/homebrew/bin/redis-server'];

/** How a test gets a Redis: TEST_REDIS_URL, or a server of its own where the program is installed; null without either. */
export function redisForTests(): (() => Promise<TestRedis>) | null {
  const url = process.env.TEST_REDIS_URL;
  if (url) return async () => ({ url, close: async () => undefined });
  const binary = binaries.find((path) => existsSync(path));
  if (binary) return () => startRedis(binary);
  if (process.env.CI_SERVICES === 'required') throw new Error('neither TEST_REDIS_URL nor redis-server is there in CI');
  console.warn('redis-server is not installed and TEST_REDIS_URL is not set: tests on Redis are skipped');
  return null;
}

/** Starts a server that the test may stop and start again at the same port; null where the program is missing. */
export function ownRedis(): ((port?: number) => Promise<TestRedis & { port: number }>) | null {
  const binary = binaries.find((path) => existsSync(path));
  return binary ? (port) => startRedis(binary, port) : null;
}

async function startRedis(binary: string, wanted?: number): Promise<TestRedis & { port: number }> {
  const port = wanted ?? (await freePort());
  const folder = await mkdtemp(join(tmpdir(), 'redis-test-'));
  const child = spawn(binary, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder], {
    stdio: 'ignore',
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = `redis://127.0.0.1:${port}`;
  const client = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
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
