import type { ImportField } from '../../../../src-shared/contract/device-imports.ts';
import { storableText } from '../../../../src-shared/domain/storable-text.ts';
import { AppError } from '../../platform/errors.ts';

export type { ImportField };

/** What a column may be called, without case, spaces and punctuation. */
const aliases = {
  macAddress: [
    ...[
      'mac',
      'macaddress',
      'macaddr',
      'macid',
      'address',
      'addr',
      'devicemac',
      'deviceaddress',
      'bleaddress',
      'blemac',
    ],
    ...['bluetoothaddress', 'bluetoothmac', 'bluetoothmacaddress', 'btaddress', 'btmac', 'bdaddr', 'bdaddress'],
  ],
  advertisementKey: ['advertisementkey', 'advkey', 'advertisingkey', 'publickey', 'pubkey', 'advertisementpublickey'],
  hashedAdvertisementKey: [
    ...['hashedadvertisementkey', 'hashedadvkey', 'hashedadvertisingkey', 'hashedkey', 'hashedpublickey'],
    ...['advertisementkeyhash', 'advkeyhash', 'publickeyhash', 'keyhash'],
  ],
  privateKey: ['privatekey', 'privkey', 'secretkey'],
  serialNumber: ['serialnumber', 'serial', 'serialno', 'serialnr', 'sn'],
} as const satisfies Record<ImportField, readonly string[]>;

/** Where each recognised column stands. */
export type Columns = Partial<Record<ImportField, number>>;

const MAX_COLUMNS = 200;
const plain = (name: string) =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
const fieldOf = new Map<string, ImportField>(
  Object.entries(aliases).flatMap(([field, names]) => names.map((name) => [name, field as ImportField] as const)),
);

/** Throws AppError `bad-request`, before any of it is kept, for a first row that can't belong to a table of devices. */
export function refuseTooManyColumns(header: readonly string[]): void {
  if (header.length <= MAX_COLUMNS) return;
  throw new AppError(
    'bad-request',
    `The first row has ${header.length} columns; at most ${MAX_COLUMNS} are read. Check the delimiter, and send the device table only.`,
  );
}

/**
 * Finds the columns that an import uses by their names. Others are ignored. Throws AppError `bad-request` when two
 * columns mean the same.
 */
export function findColumns(header: readonly string[], fields: readonly ImportField[]): Columns {
  const columns: Columns = {};
  for (const [at, name] of header.entries()) {
    const field = fieldOf.get(plain(name));
    if (field === undefined || !fields.includes(field)) continue;
    const before = columns[field];
    if (before !== undefined) {
      throw new AppError(
        'bad-request',
        `The columns “${header[before]}” and “${name}” mean the same. Remove or rename one of them.`,
      );
    }
    columns[field] = at;
  }
  return columns;
}

/** Words for the fields, for sentences. */
const wordOf: Record<ImportField, string> = {
  macAddress: 'MAC address',
  advertisementKey: 'advertisement key',
  hashedAdvertisementKey: 'hashed key',
  privateKey: 'private key',
  serialNumber: 'serial number',
};

/**
 * The columns that a person chose, counted from 1, instead of those found by name. Throws AppError `bad-request` where
 * the file has no such column, one column is to be two things, or the import has no use for a field.
 */
export function chosenColumns(
  header: readonly string[],
  fields: readonly ImportField[],
  chosen: Partial<Record<ImportField, number | undefined>>,
): Columns {
  const columns: Columns = {};
  const taken = new Map<number, ImportField>();
  for (const [field, at] of Object.entries(chosen) as [ImportField, number][]) {
    if (!fields.includes(field))
      throw new AppError('bad-request', `This import takes no ${wordOf[field]}. Choose other columns.`);
    if (at > header.length)
      throw new AppError(
        'bad-request',
        `Column ${at} was chosen for the ${wordOf[field]}, but the file has ${header.length}. Choose the columns again.`,
      );
    const other = taken.get(at);
    if (other !== undefined)
      throw new AppError(
        'bad-request',
        `Column ${at} was chosen for both the ${wordOf[other]} and the ${wordOf[field]}. Choose another for one of them.`,
      );
    taken.set(at, field);
    columns[field] = at - 1;
  }
  return columns;
}

/** The sentence for a header in which a column is missing. */
export function missingColumn(what: string, header: readonly string[]): AppError {
  const seen = header
    .slice(0, 12)
    .map((name) => `“${storableText(name, 40)}”`)
    .join(', ');
  return new AppError(
    'bad-request',
    `There is no column with ${what}. The first row must name the columns; it reads: ${seen || 'nothing'}.`,
  );
}
