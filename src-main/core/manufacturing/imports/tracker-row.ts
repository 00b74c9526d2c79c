import type { PeriodWords } from '../../../../src-shared/contract/run-periods.ts';
import {
  bluetoothAddressOf,
  HASHED_KEY_BYTES,
  KEY_BYTES,
  MAX_KEYS_PER_DEVICE,
} from '../../../../src-shared/domain/find-my/keys.ts';
import { reverseMac } from '../../../../src-shared/domain/mac-address.ts';
import { decodeBytes } from '../../keys/decode-bytes.ts';
import { hashAdvertisementKey } from '../../keys/hashed-key.ts';
import { cleanCell } from './cells.ts';
import { type Columns, columnName, type ImportField } from './columns.ts';
import type { SentRow } from './csv-rows.ts';
import { readMac, readSerial } from './device-cells.ts';
import { readWords } from './period-cells.ts';
import { isPrivateKey, type ReadPrivateKey, readPrivateKey, valuesOf } from './private-key-cells.ts';
import { explainCutOff, type Problem, wrongCellCount } from './run-import.ts';

/** A key of a row, with what follows from its private key. */
export interface CandidateKey {
  privateKey: Buffer;
  advertisementKey: Buffer;
  hashedKey: Buffer;
  /** The same in base64. */
  id: string;
  broadcastAddress: string;
}

/** A device that a row describes. */
export interface Candidate {
  keys: CandidateKey[];
  macAddress: string | null;
  serialNumber: string | null;
  /** What it is fixed to. */
  words: PeriodWords;
}

export type Say = (field: ImportField, code: string, message: string) => void;

/** Reads the cells of one table. No private key appears in a problem. */
export function trackerRowReader(header: readonly string[], columns: Columns) {
  const raw = (sent: SentRow, field: ImportField) => sent.cells[columns[field] ?? -1];
  const problemOf =
    (sent: SentRow) =>
    (field: ImportField, code: string, message: string): Problem => {
      const value = field === 'privateKey' || field === 'additionalKeys' ? null : cleanCell(raw(sent, field));
      return { column: columnName(header, columns, field), code, message, value };
    };
  const sayer =
    (sent: SentRow, problems: Problem[]): Say =>
    (...problem) =>
      void problems.push(problemOf(sent)(...problem));

  /** The private keys of a row, the first key first; none where a problem was said. */
  function readKeys(sent: SentRow, problems: Problem[]): ReadPrivateKey[] {
    const wrong = wrongCellCount(sent, header);
    if (wrong) {
      problems.push(wrong);
      return [];
    }
    const say = sayer(sent, problems);
    const first = valuesOf(raw(sent, 'privateKey'), isPrivateKey);
    const texts = [...first, ...valuesOf(raw(sent, 'additionalKeys'), isPrivateKey)];
    if (first.length === 0) say('privateKey', 'missing-key', 'The private key is missing.');
    else if (texts.length > MAX_KEYS_PER_DEVICE)
      say(
        'privateKey',
        'too-many-keys',
        `This device has ${texts.length} keys, and a tracker has at most ${MAX_KEYS_PER_DEVICE}.`,
      );
    else {
      const keys = texts.map(readPrivateKey);
      const bad = keys.findIndex((key) => 'code' in key);
      const problem = keys[bad];
      if (!problem || !('code' in problem)) return keys as ReadPrivateKey[];
      const which = texts.length > 1 ? `Key ${bad + 1} of ${texts.length}: ` : '';
      say(bad < first.length ? 'privateKey' : 'additionalKeys', problem.code, which + problem.message);
    }
    return [];
  }

  /** Holds a row against what its private keys lead to: `publicKeys` has the advertisement keys in the same order. */
  function compare(sent: SentRow, problems: Problem[], read: readonly ReadPrivateKey[], publicKeys: Buffer): Candidate {
    const say = sayer(sent, problems);
    const keys = read.map(({ scalar }, i): CandidateKey => {
      const advertisementKey = publicKeys.subarray(i * KEY_BYTES, (i + 1) * KEY_BYTES);
      const hashedKey = Buffer.from(hashAdvertisementKey(advertisementKey));
      const broadcastAddress = bluetoothAddressOf(advertisementKey);
      return { privateKey: scalar, advertisementKey, hashedKey, id: hashedKey.toString('base64'), broadcastAddress };
    });
    read.forEach(({ pointX }, i) => {
      if (pointX && !pointX.equals(keys[i]!.advertisementKey))
        say('privateKey', 'key-mismatch', 'The point before the private key does not belong to it.');
    });
    const whose = keys.length > 1 ? 'a private key' : 'the private key';
    const given = (field: ImportField, length: number) =>
      valuesOf(raw(sent, field), (text) => decodeBytes(text, length) !== null).map((text) => decodeBytes(text, length));
    if (given('advertisementKey', KEY_BYTES).some((key) => !keys.some((own) => key?.equals(own.advertisementKey))))
      say('advertisementKey', 'key-mismatch', `This is not the advertisement key of ${whose} in this row.`);
    if (
      given('hashedAdvertisementKey', HASHED_KEY_BYTES).some((key) => !keys.some((own) => key?.equals(own.hashedKey)))
    )
      say('hashedAdvertisementKey', 'key-mismatch', `This is not the hashed key of ${whose} in this row.`);
    const places = new Map<string, number>();
    for (const [i, { id }] of keys.entries()) {
      const before = places.get(id);
      if (before !== undefined)
        say('privateKey', 'duplicate-key', `Keys ${before + 1} and ${i + 1} of this row are the same.`);
      places.set(id, i);
    }
    const mac = readMac(raw(sent, 'macAddress') ?? '');
    if (mac.problem) say('macAddress', mac.problem.code, mac.problem.message);
    const reversed = mac.value === null ? null : reverseMac(mac.value);
    const addresses = keys.map(({ broadcastAddress }) => broadcastAddress);
    if (mac.value && reversed && addresses.includes(reversed) && !addresses.includes(mac.value))
      say('macAddress', 'reversed-mac', `The bytes are in reverse order. The key broadcasts as ${reversed}.`);
    const serial = readSerial(raw(sent, 'serialNumber') ?? '');
    if (serial.problem) say('serialNumber', serial.problem.code, serial.problem.message);
    explainCutOff(sent, header, problems);
    const words = readWords((field) => cleanCell(raw(sent, field)), say);
    return { keys, macAddress: mac.value, serialNumber: serial.value, words };
  }

  return { problemOf, sayer, readKeys, compare };
}
