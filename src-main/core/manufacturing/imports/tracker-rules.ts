import { bluetoothAddressOf, HASHED_KEY_BYTES, KEY_BYTES } from '../../../../src-shared/domain/find-my/keys.ts';
import { PRIVATE_KEY_RECORD, type RandomBytes, seal } from '../../keys/envelope.ts';
import { hashAdvertisementKey } from '../../keys/hashed-key.ts';
import { isScalar, type P224Engine } from '../../keys/p224/p224.ts';
import type { Transaction } from '../../platform/db/queryable.ts';
import { type ImportedTracker, insertImportedTrackers } from '../../trackers/new-trackers-store.ts';
import { cleanCell, decodeBytes } from './cells.ts';
import { type Columns, columnName, type ImportField, missingColumn } from './columns.ts';
import type { SentRow } from './csv-rows.ts';
import { readMac, readSerial } from './device-cells.ts';
import { findTrackersOfImport, type KnownTracker } from './imported-trackers-store.ts';
import { refusedByDatabase } from './refused-by-database.ts';
import { type Checked, explainCutOff, type ImportRules, type Problem, wrongCellCount } from './run-import.ts';
import { rememberSeen, type SeenValue } from './seen-values-store.ts';

export const trackerFields: readonly ImportField[] = [
  ...(['privateKey', 'advertisementKey', 'hashedAdvertisementKey'] as const),
  'macAddress',
  'serialNumber',
];

export function requireTrackerColumns(columns: Columns, header: readonly string[]): void {
  if (columns.privateKey === undefined) throw missingColumn('the private key, “private_key”', header);
}

export interface TrackerRulesOptions {
  jobId: number;
  productionRunId: number;
  header: readonly string[];
  columns: Columns;
  engine: P224Engine;
  dataKey: { id: number; key: Uint8Array };
  randomBytes: RandomBytes;
  now: Date;
}

type Candidate = Omit<ImportedTracker, 'sealedPrivateKey'> & { privateKey: Buffer };

/**
 * The rules for devices that exist elsewhere: public and hashed key are computed from the private key, and what the file
 * says otherwise is refused. No private key appears in a problem.
 */
export function trackerRules(options: TrackerRulesOptions): ImportRules<Candidate> {
  const { columns, header } = options;
  const cellOf = (sent: SentRow, field: ImportField) =>
    columns[field] === undefined ? '' : cleanCell(sent.cells[columns[field]]);
  const problemOf =
    (sent: SentRow) =>
    (field: ImportField, code: string, message: string): Problem => {
      const value = field === 'privateKey' ? null : cellOf(sent, field);
      return { column: columnName(header, columns, field), code, message, value };
    };
  const sayer =
    (sent: SentRow, problems: Problem[]) =>
    (...problem: Parameters<ReturnType<typeof problemOf>>) =>
      void problems.push(problemOf(sent)(...problem));

  function readPrivateKey(sent: SentRow, problems: Problem[]): Buffer | null {
    const wrong = wrongCellCount(sent, header);
    if (wrong) {
      problems.push(wrong);
      return null;
    }
    const say = sayer(sent, problems);
    const text = cellOf(sent, 'privateKey');
    const key = decodeBytes(text, KEY_BYTES);
    if (text === '') say('privateKey', 'missing-key', 'The private key is missing.');
    else if (!key) say('privateKey', 'malformed-key', 'This is not a private key: 28 bytes in base64 or hexadecimal.');
    else if (!isScalar(key))
      say('privateKey', 'invalid-key', 'The private key is outside of the range that P-224 allows.');
    else return key;
    return null;
  }

  function compare(sent: SentRow, problems: Problem[], privateKey: Buffer, advertisementKey: Buffer): Candidate {
    const say = sayer(sent, problems);
    const hashedKey = Buffer.from(hashAdvertisementKey(advertisementKey));
    const keyText = cellOf(sent, 'advertisementKey');
    const hashText = cellOf(sent, 'hashedAdvertisementKey');
    if (keyText !== '' && !decodeBytes(keyText, KEY_BYTES)?.equals(advertisementKey))
      say('advertisementKey', 'key-mismatch', 'This is not the advertisement key of the private key in this row.');
    if (hashText !== '' && !decodeBytes(hashText, HASHED_KEY_BYTES)?.equals(hashedKey))
      say('hashedAdvertisementKey', 'key-mismatch', 'This is not the hashed key of the private key in this row.');
    const mac = readMac(sent.cells[columns.macAddress ?? -1] ?? '');
    if (mac.problem) say('macAddress', mac.problem.code, mac.problem.message);
    const serial = readSerial(sent.cells[columns.serialNumber ?? -1] ?? '');
    if (serial.problem) say('serialNumber', serial.problem.code, serial.problem.message);
    explainCutOff(sent, header, problems);
    const broadcastAddress = bluetoothAddressOf(advertisementKey);
    const [macAddress, serialNumber] = [mac.value, serial.value];
    return { privateKey, advertisementKey, hashedKey, broadcastAddress, macAddress, serialNumber };
  }

  return {
    async check(tx: Transaction, rows): Promise<Checked<Candidate>[]> {
      const checked = rows.map((sent) => {
        const problems: Problem[] = [];
        return { sent, problems, privateKey: readPrivateKey(sent, problems) };
      });
      const keys = checked.flatMap(({ privateKey }) => (privateKey ? [privateKey] : []));
      const publicKeys = Buffer.from(options.engine.derivePublicX(Buffer.concat(keys)));
      let at = 0;
      const candidates = checked.map(({ sent, problems, privateKey }) => {
        if (!privateKey) return null;
        return compare(sent, problems, privateKey, publicKeys.subarray(at * KEY_BYTES, ++at * KEY_BYTES));
      });
      const present = candidates.filter((candidate) => candidate !== null);
      const known = await findTrackersOfImport(tx, {
        hashedKeys: present.map(({ hashedKey }) => hashedKey),
        macs: present.flatMap(({ macAddress }) => macAddress ?? []),
        serials: present.flatMap(({ serialNumber }) => serialNumber ?? []),
        broadcast: present.map(({ broadcastAddress }) => broadcastAddress),
      });
      const by = (values: (tracker: KnownTracker) => (string | null)[]) =>
        new Map(
          known.flatMap((tracker) => values(tracker).map((value) => [value ?? `none of ${tracker.id}`, tracker])),
        );
      const byKey = by((tracker) => tracker.hashedKeys);
      const byBroadcast = by((tracker) => tracker.broadcastAddresses);
      const byMac = by((tracker) => [tracker.macAddress]);
      const bySerial = by((tracker) => [tracker.serialNumber]);
      // Keys by the address that they broadcast: two that share one can't be told apart, so either way the second is
      // refused.
      const seen = candidates.flatMap((candidate, i): SeenValue[] => {
        if (!candidate) return [];
        const { broadcastAddress: broadcast, macAddress: mac, serialNumber: serial } = candidate;
        return Object.entries({ broadcast, mac, serial }).flatMap(([field, value]) =>
          value === null ? [] : { field: field as SeenValue['field'], value, row: rows[i]!.row },
        );
      });
      const firstRow = await rememberSeen(tx, options.jobId, seen);
      return checked.map(({ sent, problems }, i) => {
        const candidate = candidates[i] ?? null;
        if (!candidate) return { sent, problems, already: false, device: null };
        const say = sayer(sent, problems);
        const id = Buffer.from(candidate.hashedKey).toString('base64');
        const { macAddress, serialNumber } = candidate;
        const keyRow = firstRow('broadcast', candidate.broadcastAddress, sent.row);
        // What an earlier row stored is no reason against this one: a check, which takes it back, doesn't see it.
        if (keyRow !== undefined)
          say(
            'privateKey',
            'duplicate-key',
            `This key, or one that broadcasts as it does, is in row ${keyRow} already.`,
          );
        const macRow = macAddress && firstRow('mac', macAddress, sent.row);
        if (macRow) say('macAddress', 'duplicate-mac', `This MAC address is in row ${macRow} already.`);
        const serialRow = serialNumber && firstRow('serial', serialNumber, sent.row);
        if (serialRow) say('serialNumber', 'duplicate-serial', `This serial number is in row ${serialRow} already.`);
        const same = byKey.get(id);
        if (same) {
          if (
            same.productionRunId === options.productionRunId &&
            same.macAddress === macAddress &&
            (serialNumber === null || same.serialNumber === serialNumber) &&
            problems.length === 0
          )
            return { sent, problems, already: true, device: null };
          if (keyRow === undefined) say('privateKey', 'already-imported', `Tracker ${same.id} has this key already.`);
        }
        const other = (tracker: KnownTracker | undefined) => (tracker && tracker !== same ? tracker : undefined);
        const clash = other(byBroadcast.get(candidate.broadcastAddress));
        if (clash && keyRow === undefined)
          say(
            'privateKey',
            'address-clash',
            `Tracker ${clash.id} broadcasts under the same address as this key; they could not be told apart.`,
          );
        const macOwner = other(byMac.get(macAddress ?? ''));
        if (macOwner && !macRow)
          say('macAddress', 'mac-in-use', `Tracker ${macOwner.id} has this MAC address already.`);
        const serialOwner = other(bySerial.get(serialNumber ?? ''));
        if (serialOwner && !serialRow)
          say('serialNumber', 'serial-in-use', `Tracker ${serialOwner.id} has this serial number already.`);
        return { sent, problems, already: false, device: problems.length > 0 ? null : candidate };
      });
    },

    async store(tx, devices) {
      const sealed = devices.map(({ privateKey, ...rest }) => {
        const record = { table: PRIVATE_KEY_RECORD, id: Buffer.from(rest.hashedKey).toString('base64') };
        const tracker = {
          ...rest,
          sealedPrivateKey: seal(options.dataKey.key, record, privateKey, options.randomBytes),
        };
        return tracker;
      });
      await insertImportedTrackers(tx, options.productionRunId, options.dataKey.id, sealed, options.now);
    },
    explain: (sent, error) => refusedByDatabase(error, 'privateKey', problemOf(sent)),
    wipe(checked) {
      for (const { device } of checked) device?.privateKey.fill(0);
    },
  };
}
