import { bluetoothAddressOf, KEY_BYTES } from '../../../src-shared/domain/find-my/keys.ts';
import type { DataKey } from '../keys/data-keys.ts';
import { decodeBytes } from '../keys/decode-bytes.ts';
import { PRIVATE_KEY_RECORD, type RandomBytes, seal } from '../keys/envelope.ts';
import { hashAdvertisementKey } from '../keys/hashed-key.ts';
import { isScalar, type P224Engine } from '../keys/p224/p224.ts';
import { invalid } from '../platform/db/conflicts.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import { AppError } from '../platform/errors.ts';
import { readMacAddress, refuseTaken } from './correct-tracker.ts';
import { insertTracker, trackerOfKey } from './new-trackers-store.ts';

export interface NewTracker {
  productionRunId: number | null;
  privateKey?: string | undefined;
  advertisementKey?: string | undefined;
  macAddress: string | null;
  serialNumber: string | null;
}

export interface ReadTracker {
  productionRunId: number | null;
  /** 28 bytes, which the caller wipes; null where only the public key is known. */
  privateKey: Buffer | null;
  advertisementKey: Buffer;
  hashedKey: Buffer;
  broadcastAddress: string;
  macAddress: string | null;
  serialNumber: string | null;
}

/** Reads what was typed. Throws AppError `validation-failed` with the field; no key stands in the sentence. */
export function readTracker(typed: NewTracker, engine: P224Engine): ReadTracker {
  if ((typed.privateKey === undefined) === (typed.advertisementKey === undefined))
    throw invalid('advertisementKey', 'Give the private key or the advertisement key, and only one of them.');
  const macAddress = typed.macAddress === null ? null : readMacAddress(typed.macAddress);
  let privateKey: Buffer | null = null;
  let advertisementKey: Buffer | null = null;
  if (typed.privateKey !== undefined) {
    privateKey = decodeBytes(typed.privateKey.trim(), KEY_BYTES);
    if (!privateKey || !isScalar(privateKey))
      throw invalid('privateKey', 'This is not a private key of P-224: 28 bytes in base64 or hexadecimal.');
    advertisementKey = Buffer.from(engine.derivePublicX(privateKey));
  } else {
    advertisementKey = decodeBytes(typed.advertisementKey!.trim(), KEY_BYTES);
    if (!advertisementKey)
      throw invalid('advertisementKey', 'This is not an advertisement key: 28 bytes in base64 or hexadecimal.');
  }
  const broadcastAddress = bluetoothAddressOf(advertisementKey);
  const backwards = macAddress?.split(':').reverse().join(':');
  if (backwards === broadcastAddress)
    throw invalid('macAddress', `This is the address backwards: it should be ${broadcastAddress}.`);
  return {
    productionRunId: typed.productionRunId,
    privateKey,
    advertisementKey,
    hashedKey: Buffer.from(hashAdvertisementKey(advertisementKey)),
    broadcastAddress,
    macAddress,
    serialNumber: typed.serialNumber,
  };
}

/**
 * Throws AppError `conflict`, with the field, for a key, an address or a serial number that is there already. Returns a
 * tracker that broadcasts another key under the same address, since only the keys tell them apart.
 */
export async function refuseKnown(tx: Transaction, tracker: ReadTracker): Promise<number | null> {
  const known = await trackerOfKey(tx, tracker.hashedKey, tracker.broadcastAddress);
  const path = tracker.privateKey ? 'privateKey' : 'advertisementKey';
  if (known?.isSame) {
    const message = `Tracker ${known.id} already has this key.`;
    throw new AppError('conflict', message, { fields: [{ path, message }] });
  }
  await refuseTaken(tx, tracker, null);
  return known?.id ?? null;
}

/** Stores a tracker, its private key sealed under a data key of its own. Returns its id. */
export async function storeTracker(
  tx: Transaction,
  tracker: ReadTracker,
  sealing: { dataKey: DataKey; randomBytes: RandomBytes } | null,
  now: Date,
): Promise<number> {
  const { privateKey, ...rest } = tracker;
  if (privateKey === null || sealing === null) return insertTracker(tx, rest, null, now);
  const record = { table: PRIVATE_KEY_RECORD, id: tracker.hashedKey.toString('base64') };
  const sealed = seal(sealing.dataKey.key, record, privateKey, sealing.randomBytes);
  return insertTracker(tx, rest, { sealed, dataKeyId: sealing.dataKey.id }, now);
}
