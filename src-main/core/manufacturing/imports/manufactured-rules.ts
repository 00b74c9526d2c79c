import { createHash } from 'node:crypto';
import type { KeyMove } from '../../../../src-shared/domain/key-moves.ts';
import { trackerIdOfSerial } from '../../../../src-shared/domain/serial-number.ts';
import type { Transaction } from '../../platform/db/queryable.ts';
import { AppError } from '../../platform/errors.ts';
import { type ManufacturedDevice, storeManufactured } from '../../trackers/manufactured-devices-store.ts';
import type { LabelRule } from '../exports/manufacturer-exports-store.ts';
import { beginsWithSlash } from '../exports/public-key-pages.ts';
import type { Columns } from './columns.ts';
import { findTrackersOfImport, type KnownTracker } from './imported-trackers-store.ts';
import { type ParsedRow, parseManufactured } from './manufactured-row.ts';
import { isMove, type MixUpRows } from './mix-ups.ts';
import { refusedByDatabase } from './refused-by-database.ts';
import type { Checked, ImportRules } from './run-import.ts';
import { type FirstRow, rememberSeen, type SeenValue } from './seen-values-store.ts';
import { forgetUnexpected, type NewUnexpectedDevice, rememberUnexpected } from './unexpected-devices-store.ts';
import { wrongAddress } from './wrong-address.ts';

export interface ManufacturedRulesOptions {
  keyBatchId: number;
  jobId: number;
  header: readonly string[];
  columns: Columns;
  /** Refuse rows whose MAC is not the address that the key's firmware broadcasts. */
  checkAddress: boolean;
  /** Which key's address labels have, as the exports of this batch say, the newest first. */
  labelRules: readonly LabelRule[];
  /** Of the serial numbers that exports gave to keys of this batch. */
  serialPrefixes: readonly string[];
  /**
   * Only keys of this key order, for a file that its manufacturer sends: it must not learn about anything else that the
   * console knows.
   */
  keyOrder: { afterId: number; throughId: number; skipSlashes: boolean } | null;
  /** The file corrects an earlier one: devices that were mixed up are put right by it. */
  mixUps: MixUpRows | null;
  now: Date;
}

type StoredDevice = ManufacturedDevice | KeyMove;
type CheckedDevice = Checked<StoredDevice> & { unexpected?: NewUnexpectedDevice };

/** The rules of what comes back from a manufacturer: which row gives which key of the batch its address. */
export function manufacturedRules(options: ManufacturedRulesOptions): ImportRules<StoredDevice> {
  const { keyOrder } = options;

  /** The tracker to whose key an export gave this serial number. */
  const assignedTo = (serial: string): number | null => {
    for (const prefix of options.serialPrefixes) {
      const id = trackerIdOfSerial(prefix, serial);
      if (id !== null) return id;
    }
    return null;
  };
  const inOrder = (tracker: KnownTracker) =>
    keyOrder === null ||
    (tracker.id > keyOrder.afterId &&
      tracker.id <= keyOrder.throughId &&
      !(keyOrder.skipSlashes && beginsWithSlash(tracker.hashedKeys[0]!)));

  const labelRuleOf = ({ id }: KnownTracker) =>
    options.labelRules.find(({ afterId, throughId }) => id > afterId && id <= throughId) ?? {
      labelKey: 'any' as const,
    };

  /** Whom the row is about: the tracker of its serial number, and the one that its key or else that number names. */
  const trackersOf = ({ hashedKey, serial }: ParsedRow, known: Index) => {
    const ofSerial = serial ? (known.bySerial.get(serial) ?? known.byId.get(assignedTo(serial) ?? 0)) : undefined;
    return { ofSerial, tracker: hashedKey ? known.byKey.get(hashedKey) : ofSerial };
  };

  /** What may stand in one row of the file only. */
  const uniqueOf = (row: ParsedRow, known: Index): SeenValue[] => {
    const { tracker } = trackersOf(row, known);
    const { mac, serial } = row;
    const values = { mac, serial, tracker: tracker?.id ?? null };
    const seen = Object.entries(values).flatMap(([field, value]): SeenValue[] =>
      value === null ? [] : [{ field: field as keyof typeof values, value, row: row.sent.row }],
    );
    // Where a device has several keys, each may have a row of its own.
    const keys = tracker && tracker.hashedKeys.length > 1 ? row.hashedKeys : [];
    return [...seen, ...keys.map((value) => ({ field: 'key' as const, value, row: row.sent.row }))];
  };

  /**
   * Judges a row about a further key of a device that an earlier row is about: it changes nothing, and must have that
   * row's MAC, the address of one of the keys, or none. Null for other rows.
   */
  function furtherKey(row: ParsedRow, tracker: KnownTracker, firstRow: FirstRow): CheckedDevice | null {
    const { sent, problems, mac, hashedKeys, say } = row;
    const before = firstRow('tracker', tracker.id, sent.row);
    const isFurther = hashedKeys.length > 0 && hashedKeys.every((key) => firstRow('key', key, sent.row) === undefined);
    if (before === undefined || tracker.hashedKeys.length === 1 || !isFurther) return null;
    const macBefore = mac === null ? undefined : firstRow('mac', mac, sent.row);
    if (mac !== null && macBefore !== before && !tracker.broadcastAddresses.includes(mac))
      say('macAddress', 'mac-mismatch', `Row ${before} has another MAC address for this device, by another key of it.`);
    const missing = problems.findIndex(({ code }) => code === 'missing-mac');
    if (missing >= 0) problems.splice(missing, 1);
    return { sent, problems, already: problems.length === 0, device: null };
  }

  function decide(row: ParsedRow, known: Index, firstRow: FirstRow): CheckedDevice {
    const { sent, problems, mac, hashedKey, serial, say, keyField } = row;
    const rejected = { sent, problems, already: false, device: null };
    const unexpected = (reason: NewUnexpectedDevice['reason']): CheckedDevice => {
      const identity = hashedKey ? Buffer.from(hashedKey, 'base64') : createHash('sha256').update(`${serial}`).digest();
      return { ...rejected, unexpected: { identity, macAddress: mac, reason, row: sent.row } };
    };
    const { ofSerial, tracker } = trackersOf(row, known);
    const further = tracker && tracker.keyBatchId === options.keyBatchId ? furtherKey(row, tracker, firstRow) : null;
    if (further) return further;
    const macBefore = mac === null ? undefined : firstRow('mac', mac, sent.row);
    if (macBefore !== undefined) say('macAddress', 'duplicate-mac', `This MAC address is already in row ${macBefore}.`);
    const keyBefore = tracker && firstRow('tracker', tracker.id, sent.row);
    const serialBefore = serial === null ? undefined : firstRow('serial', serial, sent.row);
    // What the earlier row stored is no reason against this one: a check, which takes it back, doesn't see it.
    if (serialBefore !== undefined) {
      say('serialNumber', 'duplicate-serial', `This serial number is already in row ${serialBefore}.`);
      if (!hashedKey) return rejected;
    }
    const ofBatch = tracker?.keyBatchId === options.keyBatchId;
    if (!hashedKey && !serial) return rejected;
    if (!tracker || (keyOrder && !(ofBatch && inOrder(tracker)))) {
      const reason = tracker && !ofBatch ? 'other-batch' : hashedKey ? 'unknown-key' : 'unknown-serial';
      if (keyOrder) say(keyField, 'unknown-key', 'This key does not belong to this key order.');
      else if (hashedKey) say(keyField, 'unknown-key', 'This key was not generated here.');
      else say(keyField, 'unknown-serial', 'No key has this serial number. Send the key with it.');
      // The device belongs to another order of the same batch: it isn't unexpected, it only came back with the wrong
      // file.
      return tracker && ofBatch ? rejected : unexpected(reason);
    }
    if (!ofBatch) {
      const whose =
        tracker.keyBatchId === null ? 'was imported and is of no batch' : `is of batch ${tracker.keyBatchId}`;
      say(keyField, 'other-batch', `This key ${whose}. Import the row there.`);
    }
    const others = row.hashedKeys.filter((key) => !tracker.hashedKeys.includes(key));
    if (others.length > 0) {
      const whose = others.some((key) => known.byKey.has(key)) ? 'of different trackers' : 'not all of one tracker';
      say(keyField, 'mixed-keys', `The keys of this row are ${whose}. Check which belong to the device.`);
      return rejected;
    }
    if (keyBefore !== undefined) {
      say(keyField, 'duplicate-key', `This key is already in row ${keyBefore}.`);
      return rejected;
    }
    if (!mac) return ofBatch ? rejected : unexpected('other-batch');

    const who = (other: KnownTracker) => (keyOrder ? 'Another device' : `Tracker ${other.id}`);
    const owner = known.byMac.get(mac);
    const same = tracker.macAddress === mac;
    const mixedUp = options.mixUps !== null && owner !== undefined && !same && macBefore === undefined ? owner : null;
    if (mixedUp) {
      // The label is the other tracker's, and so is the serial number on it.
      if (serial && mixedUp.serialNumber && mixedUp.serialNumber !== serial)
        say('serialNumber', 'serial-mismatch', `The tracker with this label has the number ${mixedUp.serialNumber}.`);
    } else if (tracker.macAddress && !same)
      say('macAddress', 'already-imported', `This key already has the MAC address ${tracker.macAddress}.`);
    else if (owner && owner.id !== tracker.id && macBefore === undefined)
      say('macAddress', 'mac-in-use', `${who(owner)} already has this MAC address.`);
    if (serialBefore !== undefined || mixedUp) {
      // Said already.
    } else if (ofSerial && ofSerial.id !== tracker.id) {
      if (ofSerial.serialNumber === serial)
        say('serialNumber', 'serial-in-use', `${who(ofSerial)} already has this serial number.`);
      else
        say(
          'serialNumber',
          'serial-mismatch',
          'This serial number was given to another key; the rows may be mixed up.',
        );
    } else if (serial && tracker.serialNumber && tracker.serialNumber !== serial)
      say('serialNumber', 'serial-mismatch', `This key has the serial number ${tracker.serialNumber}.`);
    if (!same) {
      const { labelKey } = labelRuleOf(tracker);
      const wrong = wrongAddress(mac, tracker.broadcastAddresses, { labelKey, checkAddress: options.checkAddress });
      if (wrong) say('macAddress', ...wrong);
    }
    if (!ofBatch) return unexpected('other-batch');
    if (problems.length > 0) return rejected;
    if (mixedUp) return options.mixUps!.add(rejected, { tracker: mixedUp, keysOf: tracker });
    const nothingNew = same && (serial === null || serial === tracker.serialNumber);
    if (nothingNew) return { ...rejected, already: true };
    return { ...rejected, device: { trackerId: tracker.id, macAddress: mac, serialNumber: serial } };
  }

  return {
    async check(tx: Transaction, rows) {
      const parsed = rows.map((sent) => parseManufactured(sent, options.header, options.columns));
      const known = await lookUp(tx, parsed, assignedTo);
      const seen = parsed.flatMap((row) => uniqueOf(row, known));
      const firstRow = await rememberSeen(tx, options.jobId, seen);
      return parsed.map((row) => decide(row, known, firstRow));
    },
    explain(sent, error) {
      const { keyField, problemAt } = parseManufactured(sent, options.header, options.columns);
      return refusedByDatabase(error, keyField, problemAt);
    },
    async remember(tx, checked: readonly CheckedDevice[]) {
      const devices = checked.flatMap(({ unexpected }) => unexpected ?? []);
      await rememberUnexpected(tx, options, devices);
    },
    finish: async (tx) => options.mixUps?.finish(tx) ?? [],
    async store(tx, all) {
      const devices = all.filter((device): device is ManufacturedDevice => !isMove(device));
      if (devices.length === 0) return;
      const macs = devices.map(({ macAddress }) => macAddress);
      await forgetUnexpected(tx, macs);
      if ((await storeManufactured(tx, devices, options.now)) === devices.length) return;
      throw new AppError(
        'conflict',
        'Another import gave this key an address at the same time. Import the file again.',
      );
    },
  };
}

interface Index {
  byKey: Map<string, KnownTracker>;
  byMac: Map<string, KnownTracker>;
  bySerial: Map<string, KnownTracker>;
  byId: Map<number, KnownTracker>;
}

async function lookUp(
  tx: Transaction,
  rows: readonly ParsedRow[],
  assignedTo: (serial: string) => number | null,
): Promise<Index> {
  const present = <T>(values: (T | null)[]) => values.filter((value) => value !== null);
  const found = await findTrackersOfImport(tx, {
    hashedKeys: rows.flatMap((row) => row.hashedKeys).map((key) => Buffer.from(key, 'base64')),
    macs: present(rows.map((row) => row.mac)),
    serials: present(rows.map((row) => row.serial)),
    ids: present(rows.map((row) => (row.serial === null ? null : assignedTo(row.serial)))),
  });
  const index: Index = { byKey: new Map(), byMac: new Map(), bySerial: new Map(), byId: new Map() };
  for (const tracker of found) {
    index.byId.set(tracker.id, tracker);
    for (const hashedKey of tracker.hashedKeys) index.byKey.set(hashedKey, tracker);
    if (tracker.macAddress) index.byMac.set(tracker.macAddress, tracker);
    if (tracker.serialNumber) index.bySerial.set(tracker.serialNumber, tracker);
  }
  return index;
}
