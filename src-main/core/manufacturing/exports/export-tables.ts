import type { ExportField, ExportProfile } from '../../../../src-shared/contract/export-profile.ts';
import type { PublicKey } from './public-key-pages.ts';

type Cell = (key: PublicKey) => string | number;

const encodings: Record<ExportProfile['keyEncoding'], (bytes: Buffer) => string> = {
  base64: (bytes) => bytes.toString('base64'),
  base64url: (bytes) => bytes.toString('base64url'),
  hex: (bytes) => bytes.toString('hex'),
  'hex-upper': (bytes) => bytes.toString('hex').toUpperCase(),
};

function cellOf(field: ExportField, encoding: ExportProfile['keyEncoding']): Cell {
  const encode = encodings[encoding];
  switch (field) {
    case 'advertisementKey':
      return (key) => encode(key.advertisementKey);
    case 'hashedAdvertisementKey':
      if (encoding === 'base64') return (key) => key.hashedAdvertisementKey;
      return (key) => encode(Buffer.from(key.hashedAdvertisementKey, 'base64'));
    case 'broadcastAddress':
    case 'serialNumber':
    case 'position':
      return (key) => key[field];
  }
}

const delimiterOf = { comma: ',', semicolon: ';', tab: '\t' } as const;
const lineEndOf = { crlf: '\r\n', lf: '\n' } as const;

/**
 * A table with the columns of the profile. The cells are exact, not neutralised for spreadsheets: a base64 key may begin
 * with `+`, and a machine reads it; its characters are ours, not a stranger's. Names of columns can't begin a formula.
 */
export async function* writeCsv(profile: ExportProfile, pages: AsyncIterable<PublicKey[]>) {
  const delimiter = delimiterOf[profile.delimiter];
  const end = lineEndOf[profile.lineEnd];
  const name = (text: string) =>
    text.includes(delimiter) || text.includes('"') ? `"${text.replaceAll('"', '""')}"` : text;
  const cells = profile.columns.map(({ field }) => cellOf(field, profile.keyEncoding));
  yield (profile.byteOrderMark ? '\ufeff' : '') +
    profile.columns.map((column) => name(column.name)).join(delimiter) +
    end;
  for await (const page of pages)
    yield page.map((key) => cells.map((cell) => cell(key)).join(delimiter) + end).join('');
}

/** A JSON array, one object per line, with the names of the profile's columns. */
export async function* writeJson(profile: ExportProfile, pages: AsyncIterable<PublicKey[]>) {
  const cells = profile.columns.map(({ field, name }) => [name, cellOf(field, profile.keyEncoding)] as const);
  let separator = '[\n';
  for await (const page of pages) {
    let text = '';
    for (const key of page) {
      text += separator + JSON.stringify(Object.fromEntries(cells.map(([name, cell]) => [name, cell(key)])));
      separator = ',\n';
    }
    yield text;
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n';
}
