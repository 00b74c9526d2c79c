import { AppError } from '../errors.ts';
import type { WorkerParent } from '../workers/channel.ts';
import type { FileRow, FromReader, ReaderData, RowFile, RowLimits, ToReader } from './row-file.ts';

/** A batch ends after so many rows or characters, whichever comes first: the core unpacks it at one go. */
const BATCH_ROWS = 500;
const BATCH_CHARACTERS = 128 * 1024;

/** Opens a file from its bytes, which can be read any number of times. */
export type OpenRows = (bytes: () => AsyncIterable<Uint8Array>, options: unknown) => Promise<RowFile>;

/** The other end of `createRowReader`, in the process that reads: keeps the bytes, and answers one question at a time. */
export function serveRows(host: WorkerParent<ReaderData, ToReader, FromReader>, open: OpenRows): void {
  const { options, limits } = host.data;
  const pieces: Uint8Array[] = [];
  let file: RowFile | null = null;
  let rows: AsyncGenerator<FileRow, void, undefined> | null = null;
  let count = 0;

  const answer = async (message: ToReader): Promise<FromReader> => {
    switch (message.type) {
      case 'piece':
        pieces.push(message.bytes);
        return { type: 'done' };
      case 'open': {
        file = await open(async function* () {
          yield* pieces;
        }, options);
        const { rows: _, ...rest } = file;
        return { type: 'opened', file: rest };
      }
      case 'rows':
        await rows?.return();
        rows = file!.rows();
        count = 0;
        return { type: 'done' };
      case 'next': {
        const batch = await nextBatch(rows!, limits);
        count += batch.rows.length;
        if (count > limits.rows) throw tooManyRows(limits);
        return { type: 'batch', ...batch };
      }
    }
  };
  host.onMessage((message) => {
    answer(message).then(
      (said) => host.say(said),
      (error: unknown) => host.say(failure(error)),
    );
  });
}

async function nextBatch(rows: AsyncGenerator<FileRow, void, undefined>, limits: RowLimits) {
  const batch: FileRow[] = [];
  for (let characters = 0; batch.length < BATCH_ROWS && characters < BATCH_CHARACTERS; ) {
    const { value, done } = await rows.next();
    if (done) return { rows: batch, isLast: true };
    const cells = value.cells.slice(0, limits.cells).map((cell) => cut(cell, limits.characters));
    characters += cells.reduce((sum, cell) => sum + cell.length, cells.length);
    batch.push({ ...value, cells });
  }
  return { rows: batch, isLast: false };
}

/** Half of a surrogate pair at the end is none. */
const cut = (text: string, length: number) => (text.length <= length ? text : text.slice(0, length).toWellFormed());

const tooManyRows = ({ rows }: RowLimits) =>
  new AppError(
    'bad-request',
    `The file has more than ${rows.toLocaleString('en')} rows. Split it, and send the parts.`,
  );

/** What is not for the person may quote the file, which may hold private keys. */
const failure = (error: unknown): FromReader =>
  error instanceof AppError && error.code === 'bad-request'
    ? { type: 'failed', code: 'bad-request', message: error.message }
    : {
        type: 'failed',
        code: 'internal',
        message: 'The file could not be read. Save it as CSV (UTF-8), and send that.',
      };
