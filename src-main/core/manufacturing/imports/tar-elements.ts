import { Readable } from 'node:stream';
import { extract } from 'tar-stream';
import { storableText } from '../../../../src-shared/domain/storable-text.ts';
import { AppError } from '../../platform/errors.ts';
import { jsonElements } from './json-elements.ts';
import { devicesOfKeysFile, isKeysFile, type KeyBlocks } from './keys-file.ts';

/** Where a tar archive says that it is one (POSIX.1-1988 ustar). */
const MAGIC_AT = 257;
const MAGIC = 'ustar';
/** One file is one device, or a few: FindMy.py keeps a file for each. */
const MAX_FILE_BYTES = 1024 * 1024;

/** Whether bytes are the beginning of a tar archive. */
export const isTar = (head: Buffer): boolean =>
  head.length >= MAGIC_AT + MAGIC.length && head.toString('latin1', MAGIC_AT, MAGIC_AT + MAGIC.length) === MAGIC;

/** How many bytes `isTar` needs. */
export const TAR_HEAD = MAGIC_AT + MAGIC.length;

/**
 * The devices of an archive with a file for each, in its order: JSON or .keys, as they are alone. What is no file is passed
 * over. Throws AppError `bad-request`, also for an archive that ends too early.
 */
export async function* tarElements(
  bytes: AsyncIterable<Uint8Array>,
  { keyBlocks, example }: { keyBlocks: KeyBlocks | undefined; example: string | undefined },
): AsyncGenerator<unknown, void, undefined> {
  const archive = Readable.from(bytes).pipe(extract());
  let count = 0;
  try {
    for await (const entry of archive) {
      if (entry.header.type !== 'file') {
        entry.resume();
        continue;
      }
      count++;
      const which = `File ${count} of the archive, “${storableText(entry.header.name, 60)}”,`;
      if ((entry.header.size ?? 0) > MAX_FILE_BYTES) throw refused(`${which} is larger than 1 MB.`);
      const parts: Buffer[] = [];
      for await (const part of entry) parts.push(part as Buffer);
      const text = Buffer.concat(parts)
        .toString('utf8')
        .replace(/^\ufeff/, '')
        .trimStart();
      const pieces = Readable.from([text]) as AsyncIterable<string>;
      if (isKeysFile(text)) yield* devicesOfKeysFile(pieces, keyBlocks);
      else if (text !== '' && '[{'.includes(text.charAt(0))) yield* jsonElements(pieces, example);
      else throw refused(`${which} is neither JSON nor a .keys file.`);
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw refused('It can’t be read to its end: it is incomplete or damaged.');
  }
}

const refused = (why: string) =>
  new AppError('bad-request', `${why} Send an archive (tar) of files of devices alone, or one file.`);
