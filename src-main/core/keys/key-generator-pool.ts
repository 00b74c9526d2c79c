import { Worker } from 'node:worker_threads';
import { AppError } from '../errors.ts';
import type { GenerateAnswer, GenerateRequest, KeyBatchPart } from './key-batch.ts';

/**
 * Pairs a request: at most the engine's batch, small enough that progress and cancelling feel immediate; less towards the
 * end, so that no worker waits long for the last one of another.
 */
const PART = 2048;
const SMALLEST_PART = 256;

export interface GenerateOptions {
  count: number;
  /** 32 bytes. Each worker gets a copy that it zeroes; the caller zeroes this one. */
  dataKey: Uint8Array;
  table: string;
  signal?: AbortSignal;
}

export interface KeyGeneratorPool {
  /**
   * Makes `count` key pairs and yields them in parts of at most 2,048, in no particular order, at most two parts a
   * worker ahead of the reader. Rejects with the signal's reason when aborted, and with AppError `internal` when a
   * worker fails; the parts already yielded stay good.
   */
  generate(options: GenerateOptions): AsyncGenerator<KeyBatchPart, void, undefined>;
  close(): Promise<void>;
}

/** A pool of worker threads that make key pairs. Threads start with the first use. */
export function createKeyGeneratorPool(options: { workerUrl: URL; workers: number }): KeyGeneratorPool {
  const threads = Array.from({ length: Math.max(1, options.workers) }, () => thread(options.workerUrl));
  let closed = false;

  async function* generate({ count, dataKey, table, signal }: GenerateOptions) {
    if (closed) throw new AppError('unavailable', 'The key generator is shut down.');
    signal?.throwIfAborted();
    const pending = new Map<number, Promise<{ slot: number; part: KeyBatchPart }>>();
    let asked = 0;
    let slots = 0;
    const ask = (slot: number) => {
      const left = count - asked;
      if (left <= 0) return;
      const share = Math.max(SMALLEST_PART, Math.ceil(left / (threads.length * 2)));
      const size = Math.min(PART, share, left);
      asked += size;
      const request = { count: size, dataKey: dataKey.slice(), table };
      const answer = threads[slot % threads.length]!.ask(request).then((part) => ({ slot, part }));
      // Observed below by the race; a part that fails after an abort must not count as unhandled.
      answer.catch(() => {});
      pending.set(slot, answer);
    };
    // Two requests a worker, so that one is at hand while the reader stores the other.
    while (slots < threads.length * 2) ask(slots++);
    const abort = aborted(signal);
    try {
      while (pending.size > 0) {
        const { slot, part } = await Promise.race([...pending.values(), abort.promise]);
        pending.delete(slot);
        yield part;
        signal?.throwIfAborted();
        ask(slot);
      }
    } finally {
      abort.dispose();
    }
  }

  return {
    generate,
    async close() {
      closed = true;
      await Promise.all(threads.map((one) => one.close()));
    },
  };
}

interface Thread {
  ask(request: GenerateRequest): Promise<KeyBatchPart>;
  close(): Promise<void>;
}

function thread(workerUrl: URL): Thread {
  let worker: Worker | null = null;
  /** Answers come in the order of the requests. */
  let waiting: PromiseWithResolvers<KeyBatchPart>[] = [];

  const fail = (dead: Worker, cause: unknown) => {
    if (worker !== dead) return;
    worker = null;
    const error = new AppError('internal', 'The key generator stopped unexpectedly. Start the batch again.', { cause });
    for (const one of waiting) one.reject(error);
    waiting = [];
  };
  const start = () => {
    const made = new Worker(workerUrl, { name: 'key-generator' });
    made.on('message', (answer: GenerateAnswer) => {
      const one = waiting.shift();
      if (answer.ok) one?.resolve(answer);
      else one?.reject(new AppError('internal', answer.message));
      if (waiting.length === 0) made.unref();
    });
    made.on('error', (error) => fail(made, error));
    made.on('exit', (code) => fail(made, new Error(`exit code ${code}`)));
    return made;
  };
  return {
    ask(request) {
      worker ??= start();
      const one = Promise.withResolvers<KeyBatchPart>();
      waiting.push(one);
      worker.ref();
      worker.postMessage(request, [request.dataKey.buffer as ArrayBuffer]);
      return one.promise;
    },
    async close() {
      const running = worker;
      if (!running) return;
      fail(running, new Error('closed'));
      await running.terminate();
    },
  };
}

function aborted(signal: AbortSignal | undefined) {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  const listener = () => reject(signal?.reason);
  signal?.addEventListener('abort', listener);
  return { promise, dispose: () => signal?.removeEventListener('abort', listener) };
}
