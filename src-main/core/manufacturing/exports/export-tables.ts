import type { ExportField, ExportProfile } from '../../../../src-shared/contract/export-profile.ts';
import type { PublicDevice, PublicKey } from './public-key-pages.ts';

/** A row of the file: one key of a device, or all of them. */
interface Row {
  device: PublicDevice;
  /** From 1, among the rows of the file. */
  position: number;
  keys: readonly PublicKey[];
}

/** What a field says of a row: a value, or one of each key of the row. */
type Cell = (row: Row) => string | number | string[];

const encodings: Record<ExportProfile['keyEncoding'], (bytes: Buffer) => string> = {
  base64: (bytes) => bytes.toString('base64'),
  base64url: (bytes) => bytes.toString('base64url'),
  hex: (bytes) => bytes.toString('hex'),
  'hex-upper': (bytes) => bytes.toString('hex').toUpperCase(),
};

function cellOf(field: ExportField, encoding: ExportProfile['keyEncoding']): Cell {
  const encode = encodings[encoding];
  const each =
    (value: (key: PublicKey) => string): Cell =>
    ({ keys }) =>
      keys.map(value);
  switch (field) {
    case 'advertisementKey':
      return each((key) => encode(key.advertisementKey));
    case 'hashedAdvertisementKey':
      if (encoding === 'base64') return each((key) => key.hashedAdvertisementKey);
      return each((key) => encode(Buffer.from(key.hashedAdvertisementKey, 'base64')));
    case 'broadcastAddress':
      return each((key) => key.broadcastAddress);
    case 'serialNumber':
      return ({ device }) => device.serialNumber;
    case 'position':
      return ({ position }) => position;
    case 'device':
      return ({ device }) => device.position;
    case 'keyNumber':
      return ({ keys }) => keys[0]!.number;
  }
}

/** The rows that a profile makes of devices, page by page. */
async function* rowsOf(profile: ExportProfile, pages: AsyncIterable<PublicDevice[]>) {
  let position = 0;
  for await (const page of pages)
    yield page.flatMap((device): Row[] =>
      profile.rows === 'device'
        ? [{ device, position: ++position, keys: device.keys }]
        : device.keys.map((key) => ({ device, position: ++position, keys: [key] })),
    );
}

const delimiterOf = { comma: ',', semicolon: ';', tab: '\t' } as const;
const lineEndOf = { crlf: '\r\n', lf: '\n' } as const;

/**
 * A table with the columns of the profile. The cells are exact, not neutralised for spreadsheets: a base64 key may begin
 * with `+`, and a machine reads it; its characters are ours, not a stranger's. Names of columns can't begin a formula.
 */
export async function* writeCsv(profile: ExportProfile, pages: AsyncIterable<PublicDevice[]>) {
  const delimiter = delimiterOf[profile.delimiter];
  const end = lineEndOf[profile.lineEnd];
  const name = (text: string) =>
    text.includes(delimiter) || text.includes('"') ? `"${text.replaceAll('"', '""')}"` : text;
  const cells = profile.columns.map(({ field }) => cellOf(field, profile.keyEncoding));
  const textOf = (cell: ReturnType<Cell>) => (Array.isArray(cell) ? cell.join(' ') : cell);
  yield (profile.byteOrderMark ? '\ufeff' : '') +
    profile.columns.map((column) => name(column.name)).join(delimiter) +
    end;
  for await (const rows of rowsOf(profile, pages))
    yield rows.map((row) => cells.map((cell) => textOf(cell(row))).join(delimiter) + end).join('');
}

/** A JSON array, one object per line, with the names of the profile's columns. */
export async function* writeJson(profile: ExportProfile, pages: AsyncIterable<PublicDevice[]>) {
  const cells = profile.columns.map(({ field, name }) => [name, cellOf(field, profile.keyEncoding)] as const);
  const inJson = (cell: ReturnType<Cell>) => (Array.isArray(cell) && profile.rows === 'key' ? cell[0] : cell);
  let separator = '[\n';
  for await (const rows of rowsOf(profile, pages)) {
    let text = '';
    for (const row of rows) {
      text += separator + JSON.stringify(Object.fromEntries(cells.map(([name, cell]) => [name, inJson(cell(row))])));
      separator = ',\n';
    }
    yield text;
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n';
}
