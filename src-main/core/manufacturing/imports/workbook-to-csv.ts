import { stringify } from 'csv-stringify/sync';
import { readSheet, type SheetData } from 'read-excel-file/universal';
import { storableText } from '../../../../src-shared/domain/storable-text.ts';
import { AppError } from '../../platform/errors.ts';
import { checkedZip, ZipRefused } from '../../platform/files/checked-zip.ts';
import { type FileLook, fieldsNamedIn } from './find-header.ts';
import { sheetsOf, type WorkbookSheets } from './workbook-sheets.ts';

/** Limits of a workbook, which can't be read piece by piece as a CSV file can. */
export const MAX_WORKBOOK_BYTES = 32 * 1024 * 1024;
const MAX_WORKBOOK_ROWS = 200_000;
const MAX_UNPACKED_BYTES = 256 * 1024 * 1024;

const asCsv = 'Save it as CSV (UTF-8) and import that.';
const damaged = () =>
  new AppError(
    'bad-request',
    'The Excel workbook is damaged or incomplete. Open it, save it again, and send the whole file.',
  );
export const workbookTooLarge = (what: string) => new AppError('bad-request', `The workbook ${what}. ${asCsv}`);

/** Parts of a workbook; pictures and the like are left out. Names are never used as paths. */
const isPart = (name: string) => name.endsWith('.xml') || name.endsWith('.rels');

/** The beginning of a cell; one of type `e` shows an error (ECMA-376, 18.18.11). */
const cellTag = /<c [^<>]*>/g;

/** Errors of formulas become texts, since the reader of workbooks leaves them out, and nobody could say what is wrong. */
function withErrorsAsTexts(name: string, content: Buffer): Buffer {
  if (!name.startsWith('xl/worksheets/') || !content.includes(' t="e"')) return content;
  const asText = (tag: string) => tag.replace(' t="e"', ' t="str"');
  return Buffer.from(content.toString('latin1').replace(cellTag, asText), 'latin1');
}

function checked(bytes: Buffer) {
  try {
    return checkedZip(bytes, { maxUnpacked: MAX_UNPACKED_BYTES, wants: isPart, edit: withErrorsAsTexts });
  } catch (error) {
    if (!(error instanceof ZipRefused)) throw error;
    throw error.why === 'damaged'
      ? damaged()
      : workbookTooLarge(`unpacks to more than ${MAX_UNPACKED_BYTES / 1024 / 1024} MB`);
  }
}

type Cell = SheetData<string>[number][number];

/** Marks numbers, which spreadsheets keep to 15 digits only, among texts; no text in XML holds it. */
const NUMBER = '\u0001';
const MAX_DIGITS = 15;

/**
 * A number as it was typed: without an exponent where all of its digits are there, with one where some are lost. A text
 * of digits as such, by the apostrophe that spreadsheet programs know.
 */
function textOf(cell: Cell): string {
  if (cell === null) return '';
  if (cell instanceof Date) return cell.toISOString();
  const text = String(cell);
  if (!text.startsWith(NUMBER)) return /^\d{16,}$/.test(text) ? `'${text}` : text;
  const value = Number(text.slice(1));
  if (!Number.isInteger(value)) return text.slice(1);
  return String(value).replace('-', '').length <= MAX_DIGITS ? String(value) : value.toExponential();
}

export interface ReadSheet {
  csv: Buffer;
  sheets: WorkbookSheets;
}

/** Covers and notes come before the table; a workbook with more of them has it chosen. */
const MOST_LOOKED_AT = 8;

/**
 * A sheet of an Excel workbook as CSV (UTF-8), row for row; of formulas, the value that was shown. It is the sheet that
 * was chosen, or the first shown one that names columns of devices, or the first shown one. Throws AppError
 * `bad-request` for what is no workbook, is damaged, or is larger than the limits.
 */
export async function csvOfWorkbook(bytes: Buffer, look: FileLook): Promise<ReadSheet> {
  const { names: files, archive, textOf: part } = checked(bytes);
  if (files.includes('content.xml'))
    throw new AppError(
      'bad-request',
      'This is an OpenDocument spreadsheet (.ods). Save it as Excel workbook (.xlsx) or CSV (UTF-8) and send that.',
    );
  if (!files.includes('[Content_Types].xml') || !files.some((name) => name.startsWith('xl/')))
    throw new AppError(
      'bad-request',
      'This is a ZIP archive, not a table of devices. Unpack it and send the file inside.',
    );
  const sheets = sheetsOf(part('xl/workbook.xml') ?? '');
  const shown = sheets.flatMap((sheet, i) => (sheet.shown ? { name: sheet.name, number: i + 1 } : []));
  const names = shown.map(({ name }) => name);
  const chosen =
    look.sheet === undefined ? shown.slice(0, MOST_LOOKED_AT) : shown.filter(({ name }) => name === look.sheet);
  if (look.sheet !== undefined && chosen.length === 0)
    throw new AppError(
      'bad-request',
      `The workbook shows no sheet “${storableText(look.sheet, 60)}”. Choose another of its sheets.`,
    );
  const rowsOf = (number: number) => readRows(archive, number);
  let first: { name: string; rows: Row[] } | null = null;
  for (const { name, number } of chosen) {
    const rows = await rowsOf(number);
    const found = rows.slice(0, ROWS_WITH_NAMES).some((row) => fieldsNamedIn(row.map(textOf), look.fields) > 1);
    if (found || chosen.length === 1) return { csv: csvOf(rows), sheets: { read: name, shown: names } };
    first ??= rows.length > 0 ? { name, rows } : null;
  }
  if (first) return { csv: csvOf(first.rows), sheets: { read: first.name, shown: names } };
  return { csv: csvOf(await rowsOf(1)), sheets: { read: names[0] ?? '', shown: names } };
}

type Row = readonly Cell[];
const ROWS_WITH_NAMES = 30;

async function readRows(archive: Buffer, sheet: number): Promise<Row[]> {
  const content = new Uint8Array(archive).buffer;
  const rows = await readSheet(content, sheet, { parseNumber: (text) => NUMBER + text, trim: false }).catch(
    (error: unknown) => {
      throw Object.assign(damaged(), { cause: error });
    },
  );
  if (rows.length > MAX_WORKBOOK_ROWS + 1)
    throw workbookTooLarge(`has more than ${MAX_WORKBOOK_ROWS.toLocaleString('en')} rows`);
  return rows;
}

function csvOf(rows: readonly Row[]): Buffer {
  const blank = (row: Row) => row.every((cell) => cell === null || cell === '');
  // An empty row stays one, so that rows keep the numbers that the spreadsheet shows.
  const lines = rows.map((row) => (blank(row) ? '\n' : stringify([row.map(textOf)], { quoted_string: true })));
  return Buffer.from(lines.join('').replaceAll('\0', '\ufffd'), 'utf8');
}
