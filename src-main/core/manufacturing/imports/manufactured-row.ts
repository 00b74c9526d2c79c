import { HASHED_KEY_BYTES, KEY_BYTES, MAX_KEYS_PER_DEVICE } from '../../../../src-shared/domain/find-my/keys.ts';
import { decodeBytes } from '../../keys/decode-bytes.ts';
import { hashAdvertisementKey } from '../../keys/hashed-key.ts';
import { cleanCell } from './cells.ts';
import { type Columns, columnName, type ImportField, missingColumn } from './columns.ts';
import type { SentRow } from './csv-rows.ts';
import { damageOf, readMac, readSerial } from './device-cells.ts';
import { valuesOf } from './private-key-cells.ts';
import { explainCutOff, type Problem, wrongCellCount } from './run-import.ts';

export const manufacturedFields: readonly ImportField[] = [
  'macAddress',
  'advertisementKey',
  'hashedAdvertisementKey',
  'serialNumber',
];

/** Throws AppError `bad-request` when these columns don't tell rows apart. */
export function requireManufacturedColumns(columns: Columns, header: readonly string[]): void {
  if (columns.macAddress === undefined) throw missingColumn('the MAC address, such as “mac_address”', header);
  const identifying = [columns.advertisementKey, columns.hashedAdvertisementKey, columns.serialNumber];
  if (identifying.every((column) => column === undefined))
    throw missingColumn('the key or the serial number, such as “advertisement_key”', header);
}

/** What a row says, before it is compared with what is known. */
export interface ParsedRow {
  sent: SentRow;
  problems: Problem[];
  mac: string | null;
  /** Base64 of the hashed advertisement key; the first where the row has several. */
  hashedKey: string | null;
  /** Of all keys of the row. */
  hashedKeys: string[];
  serial: string | null;
  /** Adds a problem at the column of a field. */
  say(field: ImportField, code: string, message: string): void;
  problemAt(field: ImportField, code: string, message: string): Problem;
  /** The field that says which key the row is about. */
  keyField: ImportField;
}

/** Reads the cells of one row. */
export function parseManufactured(sent: SentRow, header: readonly string[], columns: Columns): ParsedRow {
  const problems: Problem[] = [];
  const raw = (field: ImportField) => sent.cells[columns[field] ?? -1] ?? '';
  const cell = (field: ImportField) => cleanCell(raw(field));
  const problemAt = (field: ImportField, code: string, message: string): Problem => ({
    column: columnName(header, columns, field),
    code,
    message,
    value: cell(field),
  });
  const say = (...problem: Parameters<typeof problemAt>) => void problems.push(problemAt(...problem));
  const keyField = 'serialNumber';
  const row: ParsedRow = {
    sent,
    problems,
    mac: null,
    hashedKey: null,
    hashedKeys: [],
    serial: null,
    say,
    problemAt,
    keyField,
  };
  const wrong = wrongCellCount(sent, header);
  if (wrong) {
    problems.push(wrong);
    return row;
  }

  const macText = cell('macAddress');
  const mac = readMac(raw('macAddress'));
  row.mac = mac.value;
  if (macText === '') say('macAddress', 'missing-mac', 'The MAC address is missing.');
  else if (mac.problem) say('macAddress', mac.problem.code, mac.problem.message);

  const serialText = cell('serialNumber');
  const serial = readSerial(raw('serialNumber'));
  row.serial = serial.value;
  if (serial.problem) say('serialNumber', serial.problem.code, serial.problem.message);

  const keyText = cell('advertisementKey');
  const hashText = cell('hashedAdvertisementKey');
  const decoded = (text: string, length: number) =>
    valuesOf(text, (one) => decodeBytes(one, length) !== null).map((one) => decodeBytes(one, length));
  const keys = decoded(keyText, KEY_BYTES);
  const hashes = decoded(hashText, HASHED_KEY_BYTES);
  if (keys.includes(null))
    say(
      'advertisementKey',
      'malformed-key',
      damageOf(keyText) ?? 'This is not an advertisement key: 28 bytes in base64 or hexadecimal.',
    );
  if (hashes.includes(null))
    say(
      'hashedAdvertisementKey',
      'malformed-key',
      damageOf(hashText) ?? 'This is not a hashed key: 32 bytes in base64 or hexadecimal.',
    );
  const ofKeys = keys.flatMap((key) => (key ? Buffer.from(hashAdvertisementKey(key)).toString('base64') : []));
  const given = hashes.flatMap((hash) => hash?.toString('base64') ?? []);
  if (ofKeys.length > 0 && given.some((hash) => !ofKeys.includes(hash)))
    say(
      'hashedAdvertisementKey',
      'key-mismatch',
      'The hashed key does not belong to the advertisement key of this row.',
    );
  row.hashedKeys = ofKeys.length > 0 ? ofKeys : given;
  row.hashedKey = row.hashedKeys[0] ?? null;
  if (row.hashedKeys.length > MAX_KEYS_PER_DEVICE) {
    const most = MAX_KEYS_PER_DEVICE;
    say(
      'advertisementKey',
      'too-many-keys',
      `This row has ${row.hashedKeys.length} keys, and a device at most ${most}.`,
    );
  } else if (new Set(row.hashedKeys).size < row.hashedKeys.length)
    say('advertisementKey', 'duplicate-key', 'This row has one key twice.');
  if (keyText !== '') row.keyField = 'advertisementKey';
  else if (row.hashedKey) row.keyField = 'hashedAdvertisementKey';

  if (keyText === '' && hashText === '' && serialText === '') {
    const by = (['advertisementKey', 'hashedAdvertisementKey', 'serialNumber'] as const).find(
      (field) => columns[field] !== undefined,
    );
    say(by ?? 'serialNumber', 'missing-key', 'Nothing says which key this is: key and serial number are missing.');
  }
  explainCutOff(sent, header, problems);
  return row;
}
