import type { ImportFormat } from '../../../../src-shared/contract/jobs.ts';
import type { Queryable } from '../../platform/db/queryable.ts';
import { AppError } from '../../platform/errors.ts';
import { storableCell } from './cells.ts';
import { refuseTooManyColumns } from './columns.ts';
import { csvRows, delimiterOf, type SentRow } from './csv-rows.ts';
import { type FileLook, findHeader } from './find-header.ts';
import { jsonElements, notObjects } from './json-elements.ts';
import { devicesOfKeysFile, isKeysFile } from './keys-file.ts';
import { plistElements } from './plist-elements.ts';
import { isTar, TAR_HEAD, tarElements } from './tar-elements.ts';
import { decodeText, detectEncoding, type ImportEncoding, isZip } from './text-encoding.ts';
import type { WorkbookSheets } from './workbook-sheets.ts';
import type { ReadSheet } from './workbook-to-csv.ts';

/** Turns a sheet of an Excel workbook into CSV (UTF-8). */
export type ReadWorkbook = (bytes: AsyncIterable<Uint8Array>, look: FileLook) => Promise<ReadSheet>;

/** Opens the bytes of a file that is being imported, in the process that reads it. */
export type OpenFile = (bytes: AsyncIterable<Uint8Array>, look: FileLook, signal: AbortSignal) => Promise<ImportFile>;

/** An uploaded file that can be read any number of times. */
export interface ImportFile {
  header: string[];
  /** Where the header stands, counted from 1 as a spreadsheet shows it; null where there is none, as in JSON. */
  headerRow: number | null;
  /** The sheet that is read, and all that could be, by their names; null for other files. */
  sheets: WorkbookSheets | null;
  format: ImportFormat;
  /**
   * The rows below the header, from the beginning. Within a transaction the file must be read through it: the embedded
   * engine has one session, and another connection would wait for the transaction to end.
   */
  rows(through?: Queryable): AsyncGenerator<SentRow, void, undefined>;
}

const PIECE = 64 * 1024;

/** What the process that reads strangers' files does with one; `look` is a FileLook. */
export const openStrangersFile = (bytes: () => AsyncIterable<Uint8Array>, look: unknown): Promise<ImportFile> =>
  openImportFile(bytes, readWorkbook, look as FileLook);

const readWorkbook: ReadWorkbook = async (chunks, look) => {
  // Most files are none, and each is read by a process that has to start first.
  const { csvOfWorkbook, MAX_WORKBOOK_BYTES, workbookTooLarge } = await import('./workbook-to-csv.ts');
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > MAX_WORKBOOK_BYTES) throw workbookTooLarge(`is larger than ${MAX_WORKBOOK_BYTES / 1024 / 1024} MB`);
    parts.push(chunk);
  }
  return csvOfWorkbook(Buffer.concat(parts), look);
};

type Bytes = (through?: Queryable) => AsyncIterable<Uint8Array>;
type Text = (through?: Queryable) => AsyncGenerator<string, void, undefined>;

/**
 * Opens a CSV file, JSON objects, an Excel workbook, a .keys file, a property list, or an archive of these, in whatever
 * encoding and with whatever delimiter it came. The content decides which it is, since browsers and factories name types as
 * they like. Throws AppError `bad-request`.
 */
export async function openImportFile(bytes: Bytes, readWorkbook: ReadWorkbook, look: FileLook): Promise<ImportFile> {
  const head = await headOf(bytes);
  if (isZip(head)) return openWorkbook(await readWorkbook(bytes(), look), look);
  const example = look.fields.includes('privateKey') ? '{"privateKey": "…", "mac": "…"}' : undefined;
  if (isTar(head)) {
    const { keyBlocks } = look;
    return openElements((through) => tarElements(bytes(through), { keyBlocks, example }), 'utf-8', example);
  }
  const encoding = await detectEncoding(bytes());
  const text: Text = (through) => decodeText(bytes(through), encoding);
  const begins = await beginning(bytes, encoding, look);
  if (isKeysFile(begins)) return openElements((through) => devicesOfKeysFile(text(through), look.keyBlocks), encoding);
  if (begins.startsWith('<')) return openElements((through) => plistElements(text(through)), encoding);
  return '[{'.includes(begins.charAt(0))
    ? openElements((through) => jsonElements(text(through), example), encoding, example)
    : openCsv(text, look, { encoding });
}

/** As much of the beginning as tells an archive, or all of a shorter file. */
async function headOf(bytes: Bytes): Promise<Buffer> {
  let head = Buffer.alloc(0);
  for await (const chunk of bytes()) {
    head = Buffer.concat([head, chunk]);
    if (head.length >= TAR_HEAD) break;
  }
  return head;
}

/** The sheet was turned into CSV in memory, at most a few dozen megabytes of it. */
function openWorkbook({ csv, sheets }: ReadSheet, look: FileLook): Promise<ImportFile> {
  const pieces = async function* () {
    for (let at = 0; at < csv.length; at += PIECE) yield csv.subarray(at, at + PIECE);
  };
  return openCsv(() => decodeText(pieces(), 'utf-8'), look, { sheets });
}

/** More than the first line of a .keys file. */
const BEGINNING = 200;

/** The first characters that are no spaces. */
async function beginning(bytes: Bytes, encoding: ImportEncoding, look: FileLook): Promise<string> {
  let found = '';
  for await (const text of decodeText(bytes(), encoding)) {
    found = (found + text).trimStart();
    if (found.length >= BEGINNING) break;
  }
  if (found !== '') return found.slice(0, BEGINNING);
  const which = look.fields.includes('privateKey') ? 'lists the trackers' : 'the manufacturer returned';
  throw new AppError('bad-request', `The file holds nothing but spaces. Choose the file that ${which}.`);
}

async function openCsv(
  text: Text,
  look: FileLook,
  of: { sheets: WorkbookSheets } | { encoding: ImportEncoding },
): Promise<ImportFile> {
  const named = await findHeader(csvRows(text()), look);
  if (!named) throw noRows();
  refuseTooManyColumns(named.cells);
  return {
    header: named.cells.map(storableCell),
    headerRow: named.row,
    ...('sheets' in of
      ? { sheets: of.sheets, format: { kind: 'xlsx', delimiter: ',', encoding: 'utf-8' } }
      : { sheets: null, format: { kind: 'csv', delimiter: await delimiterOf(text()), encoding: of.encoding } }),
    async *rows(through) {
      for await (const row of csvRows(text(through))) if (row.row > named.row) yield row;
    },
  };
}

/** A file of devices one after the other, as rows whose columns are what the first of them has. */
async function openElements(
  elements: (through?: Queryable) => AsyncGenerator<unknown, void, undefined>,
  encoding: ImportEncoding,
  example?: string,
): Promise<ImportFile> {
  const first = await elements().next();
  if (first.done) throw noRows();
  if (!isObject(first.value)) throw notObjects('entry 1 is not an object.', example);
  const header = Object.keys(deviceOf(first.value));
  refuseTooManyColumns(header);
  return {
    header: header.map(storableCell),
    headerRow: null,
    sheets: null,
    format: { kind: 'json', delimiter: ',', encoding },
    async *rows(through) {
      let row = 0;
      for await (const element of elements(through)) {
        row++;
        yield { row, cells: isObject(element) ? cellsOf(deviceOf(element), header) : [] };
      }
    },
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * What other tools write, in one form for all elements of a file: FindMy.py's key pair and rolling accessory as a list
 * of private keys, an accessory of OpenHaystack or macless-haystack with its further keys, also where it has none.
 */
function deviceOf(element: Record<string, unknown>): Record<string, unknown> {
  const { type, name, identifier } = element;
  if (type === 'keypair' && 'private_key' in element)
    return { private_keys: [element.private_key], name, identifier: null };
  if (type === 'custom_rolling_key_accessory' && 'private_keys' in element)
    return { private_keys: element.private_keys, name, identifier: identifier ?? null };
  const isAccessory = 'privateKey' in element && ('isActive' in element || 'symmetricKey' in element);
  return isAccessory ? { ...element, additionalKeys: element.additionalKeys ?? [] } : element;
}

/**
 * In the order of the header; fields that the first entry didn't have come after them, which gives the row too many
 * cells.
 */
function cellsOf(element: Record<string, unknown>, header: readonly string[]): string[] {
  const cell = (value: unknown) =>
    value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
  const extra = Object.keys(element).filter((key) => !header.includes(key));
  return [...header, ...extra].map((key) => cell(element[key]));
}

export const noRows = () =>
  new AppError('bad-request', 'The file has no device rows, only a header or nothing at all. Send the filled table.');
