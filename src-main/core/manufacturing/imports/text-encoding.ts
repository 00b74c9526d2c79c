import iconv from 'iconv-lite';
import { AppError } from '../../platform/errors.ts';

export type ImportEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** How much of the file is read to tell its kind. */
const HEAD_BYTES = 4096;

const startsWith = (bytes: Uint8Array, ...start: number[]) => start.every((byte, i) => bytes[i] === byte);
const notText = (what: string) =>
  new AppError(
    'bad-request',
    `This is ${what}, not a CSV, JSON or XLSX file. Export the table as CSV (UTF-8) and send that.`,
  );

/** An Excel workbook or another ZIP archive. */
export const isZip = (head: Uint8Array) => startsWith(head, 0x50, 0x4b, 0x03, 0x04);

/** Refuses files of other kinds by their first bytes, whatever they are named. Throws AppError `bad-request`. */
function refuseOtherKinds(head: Uint8Array): void {
  if (startsWith(head, 0x25, 0x50, 0x44, 0x46)) throw notText('a PDF document');
  if (startsWith(head, 0xd0, 0xcf, 0x11, 0xe0)) throw notText('an old Excel or Word document');
  if (startsWith(head, 0x1f, 0x8b)) throw notText('a compressed file');
  if (startsWith(head, 0x89, 0x50, 0x4e, 0x47) || startsWith(head, 0xff, 0xd8, 0xff)) throw notText('a picture');
}

/** UTF-16 by its byte order mark, or by a zero in every other byte of the head; null for one-byte encodings. */
export function utf16Of(head: Uint8Array): ImportEncoding | null {
  if (startsWith(head, 0xff, 0xfe)) return 'utf-16le';
  if (startsWith(head, 0xfe, 0xff)) return 'utf-16be';
  const zeros = [0, 0];
  const length = Math.min(head.length, HEAD_BYTES) & ~1;
  for (let i = 0; i < length; i++) if (head[i] === 0) zeros[i & 1]!++;
  if (length < 4) return null;
  if (zeros[1]! > length * 0.35 && zeros[0]! < length * 0.05) return 'utf-16le';
  if (zeros[0]! > length * 0.35 && zeros[1]! < length * 0.05) return 'utf-16be';
  return null;
}

/**
 * Finds the encoding by reading the whole file once: UTF-16 by its mark or its zeros, UTF-8 where every byte fits it,
 * else Windows-1252, which is what older factory software writes. Throws AppError `bad-request` for an empty file,
 * one that is not text, and one with NUL bytes.
 */
export async function detectEncoding(chunks: AsyncIterable<Uint8Array>): Promise<ImportEncoding> {
  let utf16: ImportEncoding | null | undefined;
  let utf8: Decoder | null = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of withWholeHead(chunks)) {
    if (utf16 === undefined) {
      refuseOtherKinds(chunk);
      utf16 = utf16Of(chunk);
    }
    if (utf16) return utf16;
    if (chunk.includes(0)) throw nul();
    utf8 = fits(utf8, chunk) ? utf8 : null;
  }
  if (utf16 === undefined)
    throw new AppError('bad-request', 'The file is empty. Choose the file that the manufacturer returned.');
  return utf8 && fits(utf8, null) ? 'utf-8' : 'windows-1252';
}

/** The same bytes, with a first piece large enough to tell what they are. */
async function* withWholeHead(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let head: Uint8Array | null = new Uint8Array();
  for await (const chunk of chunks) {
    if (head === null) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < HEAD_BYTES) continue;
    yield head;
    head = null;
  }
  if (head !== null && head.length > 0) yield head;
}

type Decoder = InstanceType<typeof TextDecoder>;

function fits(decoder: Decoder | null, chunk: Uint8Array | null): boolean {
  if (!decoder) return false;
  try {
    if (chunk) decoder.decode(chunk, { stream: true });
    else decoder.decode();
    return true;
  } catch {
    return false;
  }
}

const nul = () =>
  new AppError(
    'bad-request',
    'The file holds NUL bytes, so it is not a text file or was damaged. Export it again as CSV (UTF-8).',
  );

/** The file as text, piece by piece, without byte order mark. */
export async function* decodeText(
  chunks: AsyncIterable<Uint8Array>,
  encoding: ImportEncoding,
): AsyncGenerator<string, void, undefined> {
  const decoder = iconv.getDecoder(encoding, { stripBOM: true });
  let kept = '';
  for await (const chunk of chunks) {
    const text = kept + decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    if (text.includes('\0')) throw nul();
    // Half of a surrogate pair waits for its other half: whoever encodes the pieces again would lose both.
    kept = /[\ud800-\udbff]$/.exec(text)?.[0] ?? '';
    const whole = kept === '' ? text : text.slice(0, -1);
    if (whole !== '') yield whole;
  }
  const rest = kept + (decoder.end() ?? '');
  if (rest !== '') yield rest;
}
