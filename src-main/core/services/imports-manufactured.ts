import { HASHED_KEY_BYTES, KEY_BYTES } from '../../../src-shared/domain/find-my/keys.ts';
import { normaliseMac, reverseMac } from '../../../src-shared/domain/mac-address.ts';
import type { Transaction } from '../db/queryable.ts';
import { AppError } from '../errors.ts';
import { hashAdvertisementKey } from '../keys/hashed-key.ts';
import {
  findTrackersOfImport,
  type KnownTracker,
  type ManufacturedDevice,
  storeManufactured,
} from '../repositories/key-batches-import.ts';
import { cleanCell, decodeBytes } from './imports-cells.ts';
import { type Columns, type ImportField, missingColumn } from './imports-columns.ts';
import type { SentRow } from './imports-csv.ts';
import { type Checked, type ImportRules, type Problem, wrongCellCount } from './imports-run.ts';

export const manufacturedFields: readonly ImportField[] = [
  'macAddress',
  'advertisementKey',
  'hashedAdvertisementKey',
  'serialNumber',
];

/** Throws AppError `bad-request` when rows could not be told apart by these columns. */
export function requireManufacturedColumns(columns: Columns, header: readonly string[]): void {
  if (columns.macAddress === undefined) throw missingColumn('the MAC address, such as “mac_address”', header);
  const identifying = [columns.advertisementKey, columns.hashedAdvertisementKey, columns.serialNumber];
  if (identifying.every((column) => column === undefined))
    throw missingColumn('the key or the serial number, such as “advertisement_key”', header);
}

interface Parsed {
  sent: SentRow;
  problems: Problem[];
  mac: string | null;
  /** Base64 of the hashed advertisement key. */
  hashedKey: string | null;
  serial: string | null;
}

export interface ManufacturedRulesOptions {
  keyBatchId: number;
  header: readonly string[];
  columns: Columns;
  /** Refuse rows whose MAC is not the address that the key's firmware broadcasts. */
  checkAddress: boolean;
  now: Date;
}

/** The rules of what comes back from a manufacturer: which row gives which key of the batch its address. */
export function manufacturedRules(options: ManufacturedRulesOptions): ImportRules<ManufacturedDevice> {
  const { columns, header } = options;
  /** Row in which an address, key or serial number was first seen; numbers and short texts only, for a million rows. */
  const seen = { macs: new Map<string, number>(), trackers: new Map<number, number>() };
  const nameOf = (field: ImportField) => header[columns[field] ?? -1] ?? field;
  const cellOf = (sent: SentRow, field: ImportField) =>
    columns[field] === undefined ? '' : cleanCell(sent.cells[columns[field]]);

  function parse(sent: SentRow): Parsed {
    const parsed: Parsed = { sent, problems: [], mac: null, hashedKey: null, serial: null };
    const wrong = wrongCellCount(sent, header);
    if (wrong) return { ...parsed, problems: [wrong] };
    const say = (field: ImportField, code: string, message: string) =>
      parsed.problems.push({ column: nameOf(field), code, message, value: cellOf(sent, field) });

    const macText = cellOf(sent, 'macAddress');
    parsed.mac = normaliseMac(macText);
    if (macText === '') say('macAddress', 'missing-mac', 'The MAC address is missing.');
    else if (!parsed.mac) say('macAddress', 'malformed-mac', 'This is not a MAC address: twelve hexadecimal digits.');

    const keyText = cellOf(sent, 'advertisementKey');
    const hashText = cellOf(sent, 'hashedAdvertisementKey');
    const serial = cellOf(sent, 'serialNumber');
    if (serial.length > 100) say('serialNumber', 'malformed-serial', 'The serial number has more than 100 characters.');
    else if (/\p{Cc}/u.test(serial))
      say('serialNumber', 'malformed-serial', 'The serial number holds control characters.');
    else parsed.serial = serial || null;
    const key = keyText === '' ? null : decodeBytes(keyText, KEY_BYTES);
    const hashed = hashText === '' ? null : decodeBytes(hashText, HASHED_KEY_BYTES);
    if (keyText !== '' && !key)
      say('advertisementKey', 'malformed-key', 'This is not an advertisement key: 28 bytes in base64 or hexadecimal.');
    if (hashText !== '' && !hashed)
      say('hashedAdvertisementKey', 'malformed-key', 'This is not a hashed key: 32 bytes in base64 or hexadecimal.');
    const ofKey = key && Buffer.from(hashAdvertisementKey(key)).toString('base64');
    const given = hashed?.toString('base64') ?? null;
    if (ofKey && given && ofKey !== given)
      say(
        'hashedAdvertisementKey',
        'key-mismatch',
        'The hashed key does not belong to the advertisement key of this row.',
      );
    parsed.hashedKey = ofKey ?? given;
    if (keyText === '' && hashText === '' && serial === '') {
      const field =
        columns.advertisementKey !== undefined
          ? 'advertisementKey'
          : columns.hashedAdvertisementKey !== undefined
            ? 'hashedAdvertisementKey'
            : 'serialNumber';
      say(field, 'missing-key', 'Nothing says which key this is: key and serial number are missing.');
    }
    return parsed;
  }

  function decide(parsed: Parsed, known: Index): Checked<ManufacturedDevice> {
    const { sent, problems, mac, hashedKey, serial } = parsed;
    const rejected = { sent, problems, already: false, device: null };
    if (mac) {
      const before = seen.macs.get(mac);
      if (before === undefined) seen.macs.set(mac, sent.row);
      else say('macAddress', 'duplicate-mac', `This MAC address is in row ${before} already.`);
    }
    const keyField: ImportField =
      columns.advertisementKey !== undefined && cellOf(sent, 'advertisementKey') !== ''
        ? 'advertisementKey'
        : hashedKey
          ? 'hashedAdvertisementKey'
          : 'serialNumber';
    const tracker = hashedKey ? known.byKey.get(hashedKey) : serial ? known.bySerial.get(serial) : undefined;
    if (!tracker) {
      if (hashedKey) say(keyField, 'unknown-key', 'This key was not generated here.');
      else if (serial) say(keyField, 'unknown-serial', 'No key has this serial number. Send the key with it.');
      return rejected;
    }
    if (tracker.keyBatchId !== options.keyBatchId) {
      const batch =
        tracker.keyBatchId === null ? 'was imported and is of no batch' : `is of batch ${tracker.keyBatchId}`;
      say(keyField, 'other-batch', `This key ${batch}. Import the row there.`);
    }
    const before = seen.trackers.get(tracker.id);
    if (before === undefined) seen.trackers.set(tracker.id, sent.row);
    else say(keyField, 'duplicate-key', `This key is in row ${before} already.`);
    if (!mac) return rejected;

    const owner = known.byMac.get(mac);
    const same = tracker.macAddress === mac;
    if (tracker.macAddress && !same)
      say('macAddress', 'already-imported', `This key has the MAC address ${tracker.macAddress} already.`);
    else if (owner && owner.id !== tracker.id)
      say('macAddress', 'mac-in-use', `Tracker ${owner.id} has this MAC address already.`);
    const serialOwner = serial ? known.bySerial.get(serial) : undefined;
    if (serialOwner && serialOwner.id !== tracker.id)
      say('serialNumber', 'serial-in-use', `Tracker ${serialOwner.id} has this serial number already.`);
    else if (serial && tracker.serialNumber && tracker.serialNumber !== serial)
      say('serialNumber', 'serial-mismatch', `This key has the serial number ${tracker.serialNumber}.`);
    if (!same && mac !== tracker.broadcastAddress) {
      // A reversed address is a slip of the factory, whatever firmware it is.
      if (reverseMac(mac) === tracker.broadcastAddress)
        say(
          'macAddress',
          'reversed-mac',
          `The bytes are in reverse order. The key broadcasts as ${tracker.broadcastAddress}.`,
        );
      else if (options.checkAddress)
        say(
          'macAddress',
          'address-mismatch',
          `The key’s firmware broadcasts as ${tracker.broadcastAddress}; the rows may be mixed up.`,
        );
    }
    if (problems.length > 0) return rejected;
    if (same) return { sent, problems, already: true, device: null };
    return { sent, problems, already: false, device: { trackerId: tracker.id, macAddress: mac, serialNumber: serial } };

    function say(field: ImportField, code: string, message: string) {
      problems.push({ column: nameOf(field), code, message, value: cellOf(sent, field) });
    }
  }

  return {
    async check(tx: Transaction, rows) {
      const parsed = rows.map(parse);
      const known = await lookUp(tx, parsed);
      return parsed.map((row) => decide(row, known));
    },
    async store(tx, devices) {
      if ((await storeManufactured(tx, devices, options.now)) === devices.length) return;
      throw new AppError(
        'conflict',
        'Another import gave some of these keys an address at the same time. Import the file again.',
      );
    },
  };
}

interface Index {
  byKey: Map<string, KnownTracker>;
  byMac: Map<string, KnownTracker>;
  bySerial: Map<string, KnownTracker>;
}

async function lookUp(tx: Transaction, rows: readonly Parsed[]): Promise<Index> {
  const present = <T>(values: (T | null)[]) => values.filter((value) => value !== null);
  const found = await findTrackersOfImport(tx, {
    hashedKeys: present(rows.map((row) => row.hashedKey)).map((key) => Buffer.from(key, 'base64')),
    macs: present(rows.map((row) => row.mac)),
    serials: present(rows.map((row) => row.serial)),
  });
  const index: Index = { byKey: new Map(), byMac: new Map(), bySerial: new Map() };
  for (const tracker of found) {
    index.byKey.set(tracker.hashedKey, tracker);
    if (tracker.macAddress) index.byMac.set(tracker.macAddress, tracker);
    if (tracker.serialNumber) index.bySerial.set(tracker.serialNumber, tracker);
  }
  return index;
}
