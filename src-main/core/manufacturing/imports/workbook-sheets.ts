import { inflateRawSync } from 'node:zlib';
import type { ZipFile } from './workbook-to-csv.ts';

/** The sheet that is read, and the names of all that are shown. */
export interface WorkbookSheets {
  read: string;
  shown: string[];
}

/** A list of sheets takes far less. */
const MAX_LIST_BYTES = 1024 * 1024;
const STORED = 0;
const LOCAL_HEADER_BYTES = 30;

/** The text of a file in a ZIP archive (PKWARE APPNOTE 4.3.7); null where it is not there or can't be unpacked. */
function textIn(bytes: Buffer, file: ZipFile | undefined): string | null {
  if (!file || file.at + LOCAL_HEADER_BYTES > bytes.length) return null;
  const from = file.at + LOCAL_HEADER_BYTES + bytes.readUInt16LE(file.at + 26) + bytes.readUInt16LE(file.at + 28);
  const packed = bytes.subarray(from, from + file.packed);
  try {
    return (file.method === STORED ? packed : inflateRawSync(packed, { maxOutputLength: MAX_LIST_BYTES })).toString();
  } catch {
    return null;
  }
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const unescaped = (text: string) =>
  text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,4}));/gi, (all, hex, decimal, name) => {
    if (name !== undefined) return entities[name] ?? all;
    const point = Number.parseInt(hex ?? decimal, hex === undefined ? 10 : 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : all;
  });

/** The sheets of a workbook in their order, by `xl/workbook.xml` (ECMA-376, 18.2.19), and whether each is shown. */
export function sheetsOf(bytes: Buffer, files: readonly ZipFile[]): { name: string; shown: boolean }[] {
  const xml = textIn(
    bytes,
    files.find(({ name }) => name === 'xl/workbook.xml'),
  );
  return [...(xml ?? '').matchAll(/<(?:\w{1,20}:)?sheet\s([^<>]*)>/g)].flatMap(([, attributes]) => {
    const name = /(?:^|\s)name="([^"]*)"/.exec(attributes!)?.[1];
    const hidden = /(?:^|\s)state="(?:hidden|veryHidden)"/.test(attributes!);
    return name ? { name: unescaped(name), shown: !hidden } : [];
  });
}
