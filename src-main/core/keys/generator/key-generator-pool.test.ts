import { createECDH, createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { LaunchWorker, WorkerHandle } from '../../platform/workers/channel.ts';
import { launchThread } from '../../platform/workers/thread.ts';
import { open } from '../envelope.ts';
import { nobleEngine } from '../p224/p224.ts';
import {
  type GenerateAnswer,
  type GenerateRequest,
  generateKeyBatch,
  HASH_BYTES,
  type KeyBatchPart,
  SEALED_KEY_BYTES,
} from './generate-keys.ts';
import { createKeyGeneratorPool, type KeyGeneratorPool } from './key-generator-pool.ts';

const workerUrl = new URL('../../../../src-worker/key-generator.ts', import.meta.url);
const dataKey = new Uint8Array(randomBytes(32));
let folder: string;
let pool: KeyGeneratorPool;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'generator-'));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => pool.close());

const workerOf = async (name: string, source: string) => {
  const path = join(folder, name);
  await writeFile(path, source);
  return pathToFileURL(path);
};
const collect = async (parts: AsyncIterable<KeyBatchPart>) => {
  const all: KeyBatchPart[] = [];
  for await (const part of parts) all.push(part);
  return all;
};

test('makes the count asked for; each private key opens and derives its public key', async () => {
  pool = createKeyGeneratorPool({ workerUrl, workers: 2 });
  const parts = await collect(pool.generate({ count: 2100, dataKey, table: 'trackers' }));
  expect(parts.reduce((sum, part) => sum + part.count, 0)).toBe(2100);
  expect(parts.every((part) => part.sampled >= 1)).toBe(true);
  const ecdh = createECDH('secp224r1');
  const ids = new Set<string>();
  for (const part of parts) {
    for (let i = 0; i < part.count; i++) {
      const key = part.advertisementKeys.subarray(i * 28, i * 28 + 28);
      const id = Buffer.from(part.hashedKeys.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES)).toString('base64');
      ids.add(id);
      if (i % 100 !== 0) continue;
      expect(createHash('sha256').update(key).digest('base64')).toBe(id);
      const sealed = part.sealedPrivateKeys.subarray(i * SEALED_KEY_BYTES, (i + 1) * SEALED_KEY_BYTES);
      ecdh.setPrivateKey(open(dataKey, { table: 'trackers', id }, sealed));
      expect(ecdh.getPublicKey().subarray(1, 29).equals(key)).toBe(true);
    }
  }
  expect(ids.size).toBe(2100);
});

/** Answers at once with the size asked for, and with the worker's number in place of a sample. */
const ECHO = `import { parentPort, threadId } from 'node:worker_threads';
const none = new Uint8Array(0);
parentPort.on('message', ({ count }) => parentPort.postMessage({
  ok: true, count, advertisementKeys: none, hashedKeys: none, sealedPrivateKeys: none, sampled: threadId }));`;

test.each([
  [1, 1],
  [2, 5000],
  [3, 20_001],
])('%d workers share %d pairs: parts of at most 2,048, small ones towards the end', async (workers, count) => {
  pool = createKeyGeneratorPool({ workerUrl: await workerOf('echo.mjs', ECHO), workers });
  const parts = await collect(pool.generate({ count, dataKey, table: 't' }));
  const sizes = parts.map((part) => part.count);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(count);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(2048);
  expect(Math.min(...sizes)).toBeLessThanOrEqual(256);
  expect(new Set(parts.map((part) => part.sampled)).size).toBe(workers);
});

test('an abort ends the iteration with its reason', async () => {
  pool = createKeyGeneratorPool({ workerUrl, workers: 1 });
  const stop = new AbortController();
  const run = async () => {
    for await (const _ of pool.generate({ count: 100_000, dataKey, table: 't', signal: stop.signal })) {
      stop.abort(new Error('cancelled by a person'));
    }
  };
  await expect(run()).rejects.toThrow('cancelled by a person');
});

test.each([
  ['throws', 'throw new Error("no")'],
  ['exits', 'process.exit(3)'],
])('a worker that %s time and again is an error, not a hang', async (name, source) => {
  pool = createKeyGeneratorPool({ workerUrl: await workerOf(`${name}.mjs`, source), workers: 1, restartMs: 1 });
  await expect(collect(pool.generate({ count: 5, dataKey, table: 't' }))).rejects.toMatchObject({ code: 'internal' });
});

test('a worker that ends in mid-batch is started again, and makes what it still owed', async () => {
  const started: { end(): void }[] = [];
  const launch: LaunchWorker = (...args) => {
    const handle = launchThread(...args);
    started.push(handle);
    return handle as never;
  };
  const reasons: unknown[] = [];
  pool = createKeyGeneratorPool({ workerUrl, workers: 1, launch, restartMs: 1, onRestart: (why) => reasons.push(why) });
  const parts: KeyBatchPart[] = [];
  for await (const part of pool.generate({ count: 3000, dataKey, table: 't' })) {
    if (parts.push(part) === 1) started[0]!.end();
  }
  expect([started.length, reasons.length]).toEqual([2, 1]);
  expect(parts.reduce((sum, part) => sum + part.count, 0)).toBe(3000);
  const ids = parts.flatMap(({ hashedKeys, count }) =>
    Array.from({ length: count }, (_, i) => Buffer.from(hashedKeys.subarray(i * 32, i * 32 + 32)).toString('hex')),
  );
  expect(new Set(ids).size).toBe(3000);
});

/** A worker that answers when it is told to, and shows what it was sent. */
function scripted() {
  const requests: GenerateRequest[] = [];
  const sent: Uint8Array[] = [];
  let exit = (_code: number) => {};
  let answer = (_answer: GenerateAnswer) => {};
  let launches = 0;
  const launch = (() => {
    launches++;
    return {
      post(request, secret) {
        requests.push(request);
        sent.push(request.dataKey.slice());
        secret?.fill(0);
      },
      onMessage: (listener) => {
        answer = listener;
      },
      onError: () => undefined,
      onExit: (listener) => {
        exit = listener;
      },
      end: () => exit(0),
    } satisfies WorkerHandle<GenerateRequest, GenerateAnswer>;
  }) as unknown as LaunchWorker;
  const none = new Uint8Array(0);
  return {
    launch,
    requests,
    sent,
    launches: () => launches,
    crash: () => exit(1),
    answer: (count: number) =>
      answer({ ok: true, count, advertisementKeys: none, hashedKeys: none, sealedPrivateKeys: none, sampled: 0 }),
  };
}

test('the copy of the data key that a request carries is handed over', async () => {
  const worker = scripted();
  pool = createKeyGeneratorPool({ workerUrl, workers: 1, launch: worker.launch });
  const mine = dataKey.slice();
  const reading = pool.generate({ count: 300, dataKey: mine, table: 't' });
  const first = reading.next();
  await vi.waitFor(() => expect(worker.sent).toEqual([dataKey, dataKey]));
  expect(worker.requests.map((request) => request.dataKey)).toEqual(Array(2).fill(new Uint8Array(32)));
  expect(mine).toEqual(dataKey);
  worker.answer(256);
  await first;
  await reading.return();
});

test('forgetting ends the workers, and the next batch starts others', async () => {
  const started: { ended: boolean }[] = [];
  const launch: LaunchWorker = (...args) => {
    const handle = launchThread(...args);
    const one = { ended: false };
    handle.onExit(() => {
      one.ended = true;
    });
    started.push(one);
    return handle as never;
  };
  pool = createKeyGeneratorPool({ workerUrl, workers: 2, launch });
  await collect(pool.generate({ count: 600, dataKey, table: 't' }));
  await pool.forget();
  expect(started.map((one) => one.ended)).toEqual([true, true]);
  const parts = await collect(pool.generate({ count: 10, dataKey, table: 't' }));
  expect(parts.reduce((sum, part) => sum + part.count, 0)).toBe(10);
});

test('nothing is made anew for a reader who has left: the data key is zeroed by then', async () => {
  vi.useFakeTimers();
  try {
    const worker = scripted();
    pool = createKeyGeneratorPool({ workerUrl, workers: 1, launch: worker.launch, restartMs: 10 });
    const reading = pool.generate({ count: 4096, dataKey, table: 't' });
    const first = reading.next();
    await vi.waitFor(() => expect(worker.requests).toHaveLength(2));
    worker.answer(256);
    await first;
    await reading.return();
    worker.crash();
    await vi.advanceTimersByTimeAsync(1000);
    expect(worker.launches()).toBe(1);
  } finally {
    vi.useRealTimers();
  }
});

test('a worker without work ends after a while, and another starts with the next batch', async () => {
  vi.useFakeTimers();
  try {
    const worker = scripted();
    pool = createKeyGeneratorPool({ workerUrl, workers: 1, launch: worker.launch });
    for (const launches of [1, 2]) {
      const all = collect(pool.generate({ count: 5, dataKey, table: 't' }));
      await vi.waitFor(() => expect(worker.requests).toHaveLength(launches));
      worker.answer(5);
      await all;
      expect(worker.launches()).toBe(launches);
      await vi.advanceTimersByTimeAsync(60_000);
    }
  } finally {
    vi.useRealTimers();
  }
});

test('an engine that errs is found out, and nothing is returned', async () => {
  pool = createKeyGeneratorPool({ workerUrl, workers: 1 });
  const wrong = {
    ...nobleEngine,
    derivePublicX: (scalars: Uint8Array) =>
      nobleEngine.derivePublicX(scalars).map((byte, at) => (at === 3 ? byte ^ 1 : byte)),
  };
  expect(() => generateKeyBatch(wrong, { count: 2, dataKey, table: 't' }, randomBytes)).toThrow(/is wrong/);
  const same = { ...nobleEngine, derivePublicX: (scalars: Uint8Array) => new Uint8Array(scalars.length) };
  expect(() => generateKeyBatch(same, { count: 2, dataKey, table: 't' }, randomBytes)).toThrow(/twice/);
});

test('the sample grows with the batch, and goes through every lane of the engine', () => {
  const make = (engine: typeof nobleEngine, count: number) =>
    generateKeyBatch(engine, { count, dataKey, table: 't' }, randomBytes);
  expect([1, 127, 128, 600].map((count) => make(nobleEngine, count).sampled)).toEqual([1, 1, 2, 5]);
  for (let lane = 0; lane < 4; lane++) {
    // Points of the curve, each of its own, but in one lane they belong to each other's private keys.
    const swapped = {
      ...nobleEngine,
      derivePublicX(scalars: Uint8Array) {
        const x = nobleEngine.derivePublicX(scalars);
        for (let i = lane; i + 4 < x.length / 28; i += 8) {
          const kept = x.slice(i * 28, i * 28 + 28);
          x.copyWithin(i * 28, (i + 4) * 28, (i + 5) * 28);
          x.set(kept, (i + 4) * 28);
        }
        return x;
      },
    };
    expect(() => make(swapped, 512)).toThrow(/is wrong/);
  }
});

test('no IV comes twice', () => {
  const { sealedPrivateKeys } = generateKeyBatch(nobleEngine, { count: 800, dataKey, table: 't' }, randomBytes);
  const ivs = Array.from({ length: 800 }, (_, i) =>
    Buffer.from(sealedPrivateKeys.subarray(i * SEALED_KEY_BYTES + 1, i * SEALED_KEY_BYTES + 13)).toString('hex'),
  );
  expect(new Set(ivs).size).toBe(800);
});
