import { AppError } from '../errors.ts';
import type { LaunchWorker, WorkerHandle } from '../workers/channel.ts';
import type { FromReader, ReaderData, RowFile, RowLimits, ToReader } from './row-file.ts';

/** A file that is open in a process of its own, until it is closed. */
export type OpenedFile<File> = File & { close(): void };

export interface RowReader {
  /**
   * Reads a stranger's file in a process of its own, which may die of it. `options` goes to the reader as it is. An abort
   * of the signal ends the process at any moment. Rejects with AppError `bad-request` for a file that can't be read, or
   * takes too much memory or time.
   */
  open<File extends RowFile>(
    bytes: AsyncIterable<Uint8Array>,
    options: unknown,
    signal: AbortSignal,
  ): Promise<OpenedFile<File>>;
}

const tooSlow = (ms: number) =>
  new AppError(
    'bad-request',
    `The file took longer than ${Math.round(ms / 1000)} seconds to read, so reading stopped. Save it as CSV (UTF-8), or split it, and send that.`,
  );
const died = (limits: RowLimits) =>
  new AppError(
    'bad-request',
    `Reading the file failed. It may need more than ${limits.memoryMb} MB of memory. Save it as CSV (UTF-8), or split it, and send that.`,
  );
const notStarted = (cause: unknown) =>
  new AppError('internal', 'The process that reads files could not be started. The log of this console says why.', {
    cause,
  });
const closed = () => new Error('the file was closed');

/** `url` is the entry of the process. */
export function createRowReader(options: { url: URL; launch: LaunchWorker; limits: RowLimits }): RowReader {
  const { limits } = options;
  const start = (data: ReaderData) =>
    options.launch<ToReader, FromReader>('row-reader', options.url, data, { heapMb: limits.heapMb });
  return {
    async open<File extends RowFile>(
      bytes: AsyncIterable<Uint8Array>,
      readerOptions: unknown,
      signal: AbortSignal,
    ): Promise<OpenedFile<File>> {
      signal.throwIfAborted();
      const process = conversation(start({ options: readerOptions, limits }), limits, signal);
      try {
        for await (const piece of bytes) await process.ask({ type: 'piece', bytes: piece });
        const opened = await process.ask({ type: 'open' });
        if (opened.type !== 'opened') throw new Error(`the reader answered ${opened.type}`);
        const rows = () => rowsOf(process);
        return Object.assign(opened.file, { rows, close: process.close }) as unknown as OpenedFile<File>;
      } catch (error) {
        process.close();
        throw error;
      }
    },
  };
}

async function* rowsOf(process: Conversation) {
  await process.ask({ type: 'rows' });
  for (;;) {
    const batch = await process.ask({ type: 'next' });
    if (batch.type !== 'batch') throw new Error(`the reader answered ${batch.type}`);
    yield* batch.rows;
    if (batch.isLast) return;
  }
}

interface Conversation {
  ask(message: ToReader): Promise<FromReader>;
  close(): void;
}

/** One question at a time. Once the process has ended, for whatever reason, every question fails with that reason. */
function conversation(
  process: WorkerHandle<ToReader, FromReader>,
  limits: RowLimits,
  signal: AbortSignal,
): Conversation {
  let ended: { reason: unknown } | null = null;
  let waiting: PromiseWithResolvers<FromReader> | null = null;
  let timer: NodeJS.Timeout | undefined;
  let hasAnswered = false;
  const end = (reason: unknown) => {
    if (ended) return;
    ended = { reason };
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    process.end();
    waiting?.reject(reason);
  };
  const stop = () => end(signal.reason);
  signal.addEventListener('abort', stop);
  process.onError((error) => end(notStarted(error)));
  process.onExit((code) => end(hasAnswered ? died(limits) : notStarted(new Error(`it ended with code ${code}`))));
  process.onMessage((answer) => {
    hasAnswered = true;
    clearTimeout(timer);
    const asked = waiting;
    waiting = null;
    if (answer.type === 'failed') asked?.reject(new AppError(answer.code, answer.message));
    else asked?.resolve(answer);
  });
  return {
    ask(message) {
      if (ended) return Promise.reject(ended.reason);
      waiting = Promise.withResolvers();
      timer = setTimeout(() => end(tooSlow(limits.stepMs)), limits.stepMs);
      process.post(message);
      return waiting.promise;
    },
    close: () => end(closed()),
  };
}
