import { setImmediate } from 'node:timers/promises';
import type { Firmware } from '../../../../src-shared/domain/find-my/battery.ts';
import { KEY_BYTES, MAX_KEYS_PER_DEVICE } from '../../../../src-shared/domain/find-my/keys.ts';
import type { KeyMove } from '../../../../src-shared/domain/key-moves.ts';
import { PRIVATE_KEY_RECORD, type RandomBytes, seal } from '../../keys/envelope.ts';
import type { P224Engine } from '../../keys/p224/p224.ts';
import type { Transaction } from '../../platform/db/queryable.ts';
import {
  type ImportedKey,
  insertFurtherKeys,
  insertImportedTrackers,
  insertPrivateKeys,
} from '../../trackers/new-trackers-store.ts';
import { saveFirstWords } from '../../trackers/period-words-store.ts';
import { type Columns, missingColumn } from './columns.ts';
import { findTrackersOfImport, type KnownTracker } from './imported-trackers-store.ts';
import { isMove, type MixUpRows } from './mix-ups.ts';
import { saysAnything } from './period-cells.ts';
import { refusedByDatabase } from './refused-by-database.ts';
import type { Checked, ImportRules } from './run-import.ts';
import { type FirstRow, rememberSeen, type SeenValue } from './seen-values-store.ts';
import { type Candidate, type CandidateKey, type Say, trackerRowReader } from './tracker-row.ts';

export function requireTrackerColumns(columns: Columns, header: readonly string[]): void {
  if (columns.privateKey === undefined) throw missingColumn('the private key, “private_key”', header);
}

export interface TrackerRulesOptions {
  jobId: number;
  productionRunId: number;
  firmware: Firmware | null;
  header: readonly string[];
  columns: Columns;
  engine: P224Engine;
  dataKey: { id: number; key: Uint8Array };
  randomBytes: RandomBytes;
  /** The file corrects an earlier one: devices that were mixed up are put right by it. */
  mixUps: MixUpRows | null;
  now: Date;
}

/**
 * What is stored of a row: a tracker with its keys, or of one that is there further keys, and private keys that weren't
 * (`opened`).
 */
type NewDevice = Candidate & { addTo: KnownTracker | null; opened: CandidateKey[] };
type Device = NewDevice | KeyMove;

/** Keys that the engine derives before other work has its turn. */
const DERIVED_AT_ONCE = 2048;

/**
 * The rules for devices that exist elsewhere: public and hashed keys are computed from the private keys, and what the
 * file says otherwise is refused.
 */
export function trackerRules(options: TrackerRulesOptions): ImportRules<Device> {
  const { problemOf, sayer, readKeys, compare } = trackerRowReader(options.header, options.columns);

  async function derive(keys: readonly Buffer[]): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    for (let at = 0; at < keys.length; at += DERIVED_AT_ONCE) {
      if (at > 0) await setImmediate();
      parts.push(options.engine.derivePublicX(Buffer.concat(keys.slice(at, at + DERIVED_AT_ONCE))));
    }
    return Buffer.concat(parts);
  }

  /** What this row, which is about a tracker that is there, changes. Null where a problem was said. */
  function ofKnown(same: KnownTracker, candidate: Candidate, say: Say, notes: string[]): NewDevice | 'already' | null {
    const { keys, macAddress, serialNumber } = candidate;
    const further = keys.filter(({ id }) => !same.hashedKeys.includes(id));
    const opened = keys.filter(({ id }) => same.publicOnly.includes(id));
    const isOfRun = same.productionRunId === options.productionRunId;
    const fits = (given: string | null, stored: string | null) => given === null || stored === given;
    // One that was added by hand may be in no run yet, and stays so.
    const isInNone = same.productionRunId === null && further.length === 0;
    if (!(isOfRun || isInNone) || !fits(macAddress, same.macAddress) || !fits(serialNumber, same.serialNumber)) {
      const which = keys.length === 1 ? 'this key' : `${keys.length - further.length} of these ${keys.length} keys`;
      say('privateKey', 'already-imported', `Tracker ${same.id} already has ${which}.`);
      return null;
    }
    const stored = same.hashedKeys.length;
    if (keys.length - further.length < stored && further.length === 0)
      notes.push(`Tracker ${same.id} has ${stored} keys, and this row ${keys.length} of them. None is taken away.`);
    if (opened.length > 0) {
      const which = stored === 1 ? 'its key' : `${opened.length} of its ${stored} keys`;
      notes.push(`Tracker ${same.id} gets the private key of ${which}, which was here as a public key only.`);
    }
    if (isInNone)
      notes.push(
        `Tracker ${same.id} is not in a production run, and an import does not change that. Assign it in the list of trackers.`,
      );
    if (further.length === 0) return opened.length === 0 ? 'already' : { ...candidate, keys: [], opened, addTo: same };
    if (stored + further.length > MAX_KEYS_PER_DEVICE) {
      const sum = stored + further.length;
      say('privateKey', 'too-many-keys', `Tracker ${same.id} would have ${sum} keys; at most ${MAX_KEYS_PER_DEVICE}.`);
      return null;
    }
    const are = further.length === 1 ? 'A key is' : `${further.length} keys are`;
    notes.push(`${are} added to the ${stored} of tracker ${same.id}.`);
    return { ...candidate, keys: further, opened, addTo: same };
  }

  function decide(candidate: Candidate, row: number, known: Index, firstRow: FirstRow, say: Say, notes: string[]) {
    const { keys, macAddress, serialNumber } = candidate;
    // What an earlier row stored is no reason against this one: a check, which takes it back, doesn't see it.
    const keyRow = keys.map(({ id }) => firstRow('key', id, row)).find((before) => before !== undefined);
    if (keyRow !== undefined)
      say(
        'privateKey',
        'duplicate-key',
        `${keys.length === 1 ? 'This key' : 'One of these keys'} is already in row ${keyRow}.`,
      );
    const macRow = macAddress && firstRow('mac', macAddress, row);
    if (macRow) say('macAddress', 'duplicate-mac', `This MAC address is already in row ${macRow}.`);
    const serialRow = serialNumber && firstRow('serial', serialNumber, row);
    if (serialRow) say('serialNumber', 'duplicate-serial', `This serial number is already in row ${serialRow}.`);

    const owners = [...new Set(keys.flatMap(({ id }) => known.byKey.get(id) ?? []))];
    const [same] = owners;
    const isOne = owners.length === 1 && keys.every(({ id }) => same!.hashedKeys.includes(id));
    const other = (tracker: KnownTracker | undefined) => (tracker && tracker !== same ? tracker : undefined);
    const macOwner = other(known.byMac.get(macAddress ?? ''));
    const mixedUp = options.mixUps !== null && isOne && macOwner !== undefined && !macRow && keyRow === undefined;
    if (mixedUp) return putRight(candidate, { tracker: macOwner, keysOf: same! }, say);
    if (macOwner && !macRow) say('macAddress', 'mac-in-use', `Tracker ${macOwner.id} already has this MAC address.`);
    const serialOwner = other(known.bySerial.get(serialNumber ?? ''));
    if (serialOwner && !serialRow)
      say('serialNumber', 'serial-in-use', `Tracker ${serialOwner.id} already has this serial number.`);
    if (keyRow !== undefined) return null;
    if (owners.length > 1) {
      const ids = owners.map(({ id }) => id).join(' and ');
      say(
        'privateKey',
        'keys-of-several',
        `The keys of this row belong to the trackers ${ids}. Give each its own row.`,
      );
      return null;
    }
    const clash = keys
      .map(({ broadcastAddress }) => known.byBroadcast.get(broadcastAddress))
      .find((tracker) => tracker && tracker !== same);
    if (clash) notes.push(`Tracker ${clash.id} has the same broadcast address as a key of this row.`);
    return same ? ofKnown(same, candidate, say, notes) : { ...candidate, opened: [], addTo: null };
  }

  /** What the row says whose label is `tracker`'s and whose keys are stored with another. Null where a problem was said. */
  function putRight({ serialNumber }: Candidate, found: { tracker: KnownTracker; keysOf: KnownTracker }, say: Say) {
    const { tracker } = found;
    // The label is the other tracker's, and so are the serial number on it and the run.
    if (serialNumber && tracker.serialNumber && tracker.serialNumber !== serialNumber)
      say('serialNumber', 'serial-mismatch', `The tracker with this label has the number ${tracker.serialNumber}.`);
    if (tracker.productionRunId !== options.productionRunId)
      say('macAddress', 'other-run', `Tracker ${tracker.id} with this label is in another run. Import the row there.`);
    return found;
  }

  const sealed = ({ privateKey, id, ...key }: CandidateKey): ImportedKey => ({
    ...key,
    sealedPrivateKey: seal(options.dataKey.key, { table: PRIVATE_KEY_RECORD, id }, privateKey, options.randomBytes),
  });

  return {
    async check(tx: Transaction, rows): Promise<Checked<Device>[]> {
      const checked = rows.map((sent) => {
        const problems: Checked<Device>['problems'] = [];
        return { sent, problems, read: readKeys(sent, problems) };
      });
      const publicKeys = await derive(checked.flatMap(({ read }) => read.map(({ scalar }) => scalar)));
      let at = 0;
      const candidates = checked.map(({ sent, problems, read }) => {
        if (read.length === 0) return null;
        const from = at;
        at += read.length * KEY_BYTES;
        return compare(sent, problems, read, publicKeys.subarray(from, at));
      });
      const known = await lookUp(
        tx,
        candidates.filter((candidate) => candidate !== null),
      );
      const seen = candidates.flatMap((candidate, i) => (candidate ? seenIn(candidate, rows[i]!.row) : []));
      const firstRow = await rememberSeen(tx, options.jobId, seen);
      return checked.map(({ sent, problems }, i) => {
        const candidate = candidates[i] ?? null;
        const notes: string[] = [];
        const nothing = { sent, problems, notes, already: false, device: null };
        if (!candidate) return nothing;
        const outcome = decide(candidate, sent.row, known, firstRow, sayer(sent, problems), notes);
        if (problems.length > 0 || outcome === null) return { ...nothing, notes: [] };
        if (outcome !== 'already' && 'tracker' in outcome) {
          for (const { privateKey } of candidate.keys) privateKey.fill(0);
          return options.mixUps!.add(nothing, outcome);
        }
        return outcome === 'already' ? { ...nothing, already: true } : { ...nothing, device: outcome };
      });
    },

    finish: async (tx) => options.mixUps?.finish(tx) ?? [],
    async store(tx, all) {
      // Mix-ups are put right at the end.
      const devices = all.filter((device): device is NewDevice => !isMove(device));
      const added = devices
        .filter(({ addTo }) => addTo === null)
        .map(({ keys, macAddress, serialNumber }) => ({ keys: keys.map(sealed), macAddress, serialNumber }));
      const { productionRunId, firmware } = options;
      const ofAll = { productionRunId, firmware, dataKeyId: options.dataKey.id };
      await insertImportedTrackers(tx, ofAll, added, options.now);
      await saveFirstWords(
        tx,
        devices.flatMap(({ addTo, keys, words }) =>
          addTo === null && saysAnything(words) ? [{ hashedKey: keys[0]!.hashedKey, words }] : [],
        ),
      );
      const further = devices.flatMap(({ addTo, keys }) =>
        addTo ? [{ trackerId: addTo.id, after: addTo.hashedKeys.length, keys: keys.map(sealed) }] : [],
      );
      await insertFurtherKeys(tx, options.dataKey.id, further);
      const opened = devices.flatMap((device) => device.opened.map(sealed));
      await insertPrivateKeys(tx, options.dataKey.id, opened);
    },
    explain: (sent, error) => refusedByDatabase(error, 'privateKey', problemOf(sent)),
    wipe(checked) {
      for (const { device } of checked) {
        if (device === null || isMove(device)) continue;
        for (const { privateKey } of [...device.keys, ...device.opened]) privateKey.fill(0);
      }
    },
  };
}

/** What may stand in one row of the file only. */
const seenIn = ({ keys, macAddress, serialNumber }: Candidate, row: number): SeenValue[] => [
  ...keys.map(({ id }) => ({ field: 'key' as const, value: id, row })),
  ...(macAddress === null ? [] : [{ field: 'mac' as const, value: macAddress, row }]),
  ...(serialNumber === null ? [] : [{ field: 'serial' as const, value: serialNumber, row }]),
];

interface Index {
  byKey: Map<string, KnownTracker>;
  byBroadcast: Map<string, KnownTracker>;
  byMac: Map<string, KnownTracker>;
  bySerial: Map<string, KnownTracker>;
}

async function lookUp(tx: Transaction, candidates: readonly Candidate[]): Promise<Index> {
  const keys = candidates.flatMap((candidate) => candidate.keys);
  const known = await findTrackersOfImport(tx, {
    hashedKeys: keys.map(({ hashedKey }) => hashedKey),
    macs: candidates.flatMap(({ macAddress }) => macAddress ?? []),
    serials: candidates.flatMap(({ serialNumber }) => serialNumber ?? []),
    broadcast: keys.map(({ broadcastAddress }) => broadcastAddress),
  });
  const by = (values: (tracker: KnownTracker) => readonly (string | null)[]) =>
    new Map(known.flatMap((tracker) => values(tracker).flatMap((value) => (value === null ? [] : [[value, tracker]]))));
  return {
    byKey: by((tracker) => tracker.hashedKeys),
    byBroadcast: by((tracker) => tracker.broadcastAddresses),
    byMac: by((tracker) => [tracker.macAddress]),
    bySerial: by((tracker) => [tracker.serialNumber]),
  };
}
