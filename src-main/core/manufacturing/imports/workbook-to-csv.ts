import { stringify } from 'csv-stringify/sync';
import { readSheet, type SheetData } from 'read-excel-file/universal';
import { AppError } from '../../platform/errors.ts';

/** Limits of a workbook, which can't be read piece by piece as a CSV file can. */
export const MAX_WORKBOOK_BYTES = 32 * 1024 * 1024;
const MAX_WORKBOOK_ROWS = 200_000;
const MAX_UNPACKED_BYTES = 256 * 1024 * 1024;

const asCsv = 'Save it as CSV (UTF-8) and import that.';
const damaged = () =>
  new AppError(
    'bad-request',
    'The Excel workbook is damaged, or was cut off. Open it, save it again, and send the whole file.',
  );
export const workbookTooLarge = (what: string) => new AppError('bad-request', `The workbook ${what}. ${asCsv}`);

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const MAX_COMMENT = 0xffff;

/**
 * Names and unpacked sizes of the files in a ZIP archive, by its central directory (PKWARE APPNOTE 4.3.12, 4.3.16). The
 * reader unpacks into buffers of exactly these sizes. Throws AppError `bad-request` when there is none.
 */
export function filesOfZip(bytes: Buffer): { name: string; size: number }[] {
  let end = bytes.length - END_BYTES;
  const first = Math.max(0, end - MAX_COMMENT);
  while (end >= first && bytes.readUInt32LE(end) !== END_OF_DIRECTORY) end--;
  if (end < first) throw damaged();
  const files: { name: string; size: number }[] = [];
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  for (let i = 0; i < count; i++) {
    if (at + ENTRY_BYTES > bytes.length || bytes.readUInt32LE(at) !== DIRECTORY_ENTRY) throw damaged();
    const nameLength = bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + nameLength);
    files.push({ name, size: bytes.readUInt32LE(at + 24) });
    at += ENTRY_BYTES + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return files;
}

type Cell = SheetData<string>[number][number];

/** A number as it was typed: without an exponent where all of its digits are there. */
function textOf(cell: Cell): string {
  if (cell === null) return '';
  if (cell instanceof Date) return cell.toISOString();
  const text = String(cell);
  if (!/^-?\d+(\.\d+)?E\+?\d+$/i.test(text)) return text;
  const value = Number(text);
  return Number.isSafeInteger(value) && Math.abs(value) < 1e15 ? String(value) : text;
}

/**
 * The first sheet of an Excel workbook as CSV (UTF-8), row for row; of formulas, the value that was shown. Throws
 * AppError `bad-request` for what is no workbook, is damaged, or is larger than the limits.
 */
export async function csvOfWorkbook(bytes: Buffer): Promise<Buffer> {
  const files = filesOfZip(bytes);
  if (!files.some(({ name }) => name === '[Content_Types].xml') || !files.some(({ name }) => name.startsWith('xl/')))
    throw new AppError(
      'bad-request',
      'This is a ZIP archive, not a table of devices. Unpack it and send the file inside.',
    );
  if (files.reduce((sum, { size }) => sum + size, 0) > MAX_UNPACKED_BYTES)
    throw workbookTooLarge(`unpacks to more than ${MAX_UNPACKED_BYTES / 1024 / 1024} MB`);
  const rows = await readSheet(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer, {
    parseNumber: (text) => text,
    trim: false,
  }).catch((error: unknown) => {
    throw Object.assign(damaged(), { cause: error });
  });
  if (rows.length > MAX_WORKBOOK_ROWS + 1)
    throw workbookTooLarge(`has more than ${MAX_WORKBOOK_ROWS.toLocaleString('en')} rows`);
  const blank = (row: readonly Cell[]) => row.every((cell) => cell === null || cell === '');
  // An empty row stays one, so that rows keep the numbers that the spreadsheet shows.
  const lines = rows.map((row) => (blank(row) ? '\n' : stringify([row.map(textOf)], { quoted_string: true })));
  return Buffer.from(lines.join('').replaceAll('\0', '\ufffd'), 'utf8');
}
