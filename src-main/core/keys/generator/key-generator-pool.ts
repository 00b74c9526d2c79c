import { AppError } from '../../platform/errors.ts';
import type { LaunchWorker } from '../../platform/workers/channel.ts';
import { launchThread } from '../../platform/workers/thread.ts';
import type { GenerateAnswer, GenerateRequest, KeyBatchPart } from './generate-keys.ts';
import { keyGeneratorWorker } from './key-generator-worker.ts';

/**
 * Pairs a request: at most the engine's batch, small enough that progress and cancelling feel immediate; less towards the
 * end, so that no worker waits long for the last one of another.
 */
const PART = 2048;
const SMALLEST_PART = 256;

export interface GenerateOptions {
  count: number;
  /** Each part but the last is a multiple of this; 1 unless given, 250 at most. */
  unit?: number;
  /** 32 bytes. Each request carries a copy, zeroed here once it is sent and there once it is used; the caller zeroes this one. */
  dataKey: Uint8Array;
  table: string;
  signal?: AbortSignal;
}

export interface KeyGeneratorPool {
  /**
   * Makes `count` key pairs and yields them in parts of at most 2,048, in no particular order, at most two parts a
   * worker ahead of the reader. A worker that crashes is started again and makes its parts anew: none of them was
   * yielded yet. Rejects with the signal's reason when aborted, and with AppError `internal` when a worker finds a fault
   * or crashes time and again; the parts already yielded stay good.
   */
  generate(options: GenerateOptions): AsyncGenerator<KeyBatchPart, void, undefined>;
  /** Ends the workers, and with them what they hold of data keys, once nothing is to be made; the next use starts others. */
  forget(): Promise<void>;
  close(): Promise<void>;
}

/**
 * A pool of workers that make key pairs: threads, unless the host launches workers in another way. They start with the
 * first use, and end after a while without any.
 */
export function createKeyGeneratorPool(options: {
  workerUrl: URL;
  workers: number;
  launch?: LaunchWorker;
  /** Called when a worker has crashed in the middle of a batch and is started again. */
  onRestart?: (reason: unknown) => void;
  /** Pause before a worker that crashed is started again; twice as long before the second time. */
  restartMs?: number;
}): KeyGeneratorPool {
  const { launch = launchThread, onRestart = () => undefined, restartMs = 500 } = options;
  const start = () => launch<GenerateRequest, GenerateAnswer>('key-generator', options.workerUrl, {});
  const workers = Array.from({ length: Math.max(1, options.workers) }, () =>
    keyGeneratorWorker({ start, onRestart, restartMs }),
  );
  let closed = false;

  async function* generate({ count, unit = 1, dataKey, table, signal }: GenerateOptions) {
    if (closed) throw new AppError('unavailable', 'The key generator is shut down.');
    signal?.throwIfAborted();
    const pending = new Map<number, Promise<{ slot: number; part: KeyBatchPart }>>();
    /** Once the reader has left, nothing is made again: the caller has zeroed the data key. */
    const over = new AbortController();
    let asked = 0;
    let slots = 0;
    const ask = (slot: number) => {
      const left = count - asked;
      if (left <= 0) return;
      const share = Math.max(SMALLEST_PART, Math.ceil(left / (workers.length * 2)));
      const size = Math.min(PART - (PART % unit), Math.ceil(share / unit) * unit, left);
      asked += size;
      const request = { count: size, dataKey, table };
      const answer = workers[slot % workers.length]!.ask(request, over.signal).then((part) => ({ slot, part }));
      // Observed below by the race; a part that fails after an abort must not count as unhandled.
      answer.catch(() => {});
      pending.set(slot, answer);
    };
    // Two requests a worker, so that one is at hand while the reader stores the other.
    while (slots < workers.length * 2) ask(slots++);
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
      over.abort();
    }
  }

  const end = async () => {
    await Promise.all(workers.map((one) => one.close()));
  };
  return {
    generate,
    forget: end,
    async close() {
      closed = true;
      await end();
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
