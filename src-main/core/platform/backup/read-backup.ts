import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import type { z } from 'zod';
import { AppError } from '../errors.ts';
import {
  type BackupEnd,
  type BackupHeader,
  END_OF_TABLE,
  endSchema,
  FIRST_LINE,
  headerSchema,
  keysSchema,
  tableSchema,
  unusable,
} from './backup-format.ts';

const NEWLINE = 0x0a;
/** A row of a table; PostgreSQL takes no larger one either. */
const LONGEST_LINE = 1024 ** 3;

/** The lines of a backup, some at a time and without their ends. `seen` is given every byte. */
async function* linesOf(path: string, seen: (bytes: Buffer) => void = () => undefined): AsyncGenerator<Buffer[]> {
  const file = createReadStream(path, { highWaterMark: 1024 * 1024 });
  const unzipped = createGunzip({ chunkSize: 1024 * 1024 });
  file.on('error', (error) => unzipped.destroy(error));
  file.pipe(unzipped);
  let rest: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of unzipped as AsyncIterable<Buffer>) {
      seen(chunk);
      const lines: Buffer[] = [];
      let from = 0;
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
        const piece = chunk.subarray(from, at);
        lines.push(rest.length > 0 ? Buffer.concat([...rest, piece]) : piece);
        rest = [];
        length = 0;
        from = at + 1;
      }
      if (from < chunk.length) rest.push(chunk.subarray(from));
      length += chunk.length - from;
      if (length > LONGEST_LINE) throw unusable('This file is not a backup.');
      if (lines.length > 0) yield lines;
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new AppError('not-found', `There is no file ${path}.`, { cause: error });
    if (code === 'Z_BUF_ERROR') throw unusable('The backup is incomplete: its end is missing.', error);
    if (code.startsWith('Z_')) throw unusable('The file is damaged or is not a backup.', error);
    throw error;
  } finally {
    file.destroy();
    unzipped.destroy();
  }
  if (rest.length > 0) throw unusable('The backup is incomplete: its end is missing.');
}

/** A line as one of our own objects; null when it is something else. */
function objectIn<S extends z.ZodType>(line: Buffer, schema: S): z.output<S> | null {
  try {
    return schema.parse(JSON.parse(line.toString('utf8')));
  } catch {
    return null;
  }
}

function headerIn(first: Buffer | undefined, second: Buffer | undefined): BackupHeader {
  const line = first?.toString('latin1') ?? '';
  if (/^tracker-console-backup \d+$/.test(line) && line !== FIRST_LINE)
    throw new AppError('conflict', 'The backup was made by a newer console. Update this one first.');
  if (line !== FIRST_LINE || second === undefined) throw unusable('This file is not a backup of this console.');
  const header = objectIn(second, headerSchema);
  if (header === null) throw unusable('The beginning of the backup is damaged.');
  return header;
}

export interface CheckedBackup {
  header: BackupHeader;
  end: BackupEnd;
  /** Key files, sealed with a passphrase in the age format, in base64. */
  keys: string | null;
}

/** Reads a backup to its end and compares its checksum. AppError `corrupt-data` for one that is cut, changed or foreign. */
export async function checkBackup(path: string): Promise<CheckedBackup> {
  const hash = createHash('sha256');
  let before = Buffer.alloc(0);
  // The last line is not part of the checksum, and only what follows tells that it was the last.
  const seen = (bytes: Buffer) => {
    const both = Buffer.concat([before, bytes]);
    const lastLine = both.length < 2 ? 0 : both.lastIndexOf(NEWLINE, both.length - 2) + 1;
    hash.update(both.subarray(0, lastLine));
    before = both.subarray(lastLine);
  };
  const head: Buffer[] = [];
  let previous: Buffer | null = null;
  let last: Buffer | null = null;
  for await (const lines of linesOf(path, seen)) {
    if (head.length < 2) head.push(...lines.slice(0, 2 - head.length));
    if (head.length === 2) headerIn(head[0], head[1]);
    previous = lines.at(-2) ?? last;
    last = lines.at(-1)!;
  }
  const header = headerIn(head[0], head[1]);
  const end = last === null ? null : objectIn(last, endSchema);
  if (end === null) throw unusable('The backup is incomplete: its end is missing.');
  if (hash.digest('hex') !== end.end.sha256) throw unusable('The backup was changed or damaged: its checksum differs.');
  const keys = previous === null ? null : objectIn(previous, keysSchema);
  return { header, end: end.end, keys: keys?.keys ?? null };
}

export interface TablePart {
  table: string;
  columns: string[];
  /** Rows as COPY writes them, without the ends of lines. */
  rows: Buffer[];
}

/** The tables of a checked backup, a part at a time. */
export async function* tablesOf(path: string): AsyncGenerator<TablePart> {
  let table: { table: string; columns: string[] } | null = null;
  let skip = 2;
  for await (const lines of linesOf(path)) {
    let rows: Buffer[] = [];
    for (const line of lines) {
      if (skip > 0) {
        skip--;
      } else if (table === null) {
        table = objectIn(line, tableSchema);
      } else if (line.length === 2 && line.toString('latin1') === END_OF_TABLE) {
        if (rows.length > 0) yield { ...table, rows };
        rows = [];
        table = null;
      } else {
        rows.push(line);
      }
    }
    if (table !== null && rows.length > 0) yield { ...table, rows };
  }
}
