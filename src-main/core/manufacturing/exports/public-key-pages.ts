import type { ExportProfile } from '../../../../src-shared/contract/export-profile.ts';
import { bluetoothAddressOf, KEY_BYTES } from '../../../../src-shared/domain/find-my/keys.ts';
import { serialNumberOf } from '../../../../src-shared/domain/serial-number.ts';
import { hashedAdvertisementKey } from '../../keys/hashed-key.ts';
import type { PublicKeyPage } from '../key-batches/batch-keys-store.ts';

/** What a manufacturer gets of a tracker. A format has no other values to write. */
export interface PublicKey {
  trackerId: number;
  /** From 1, among the keys of the file. */
  position: number;
  /** 28 bytes */
  advertisementKey: Buffer;
  /** base64, 44 characters */
  hashedAdvertisementKey: string;
  /** `AA:BB:CC:DD:EE:FF` */
  broadcastAddress: string;
  /** Empty without a prefix. */
  serialNumber: string;
}

export type ReadKeys = (afterId: number, limit: number) => Promise<PublicKeyPage | null>;
export type KeyChoice = Pick<ExportProfile, 'skipSlashes' | 'serialPrefix'>;

const PAGE = 2000;
/** Characters of the hashed key that some tools use as the name of a key's file. */
const NAMING_CHARACTERS = 7;

export const beginsWithSlash = (hashedKey: string) => hashedKey.slice(0, NAMING_CHARACTERS).includes('/');

/** Reads keys page by page, in the order of their ids; hash, address and serial number follow from key and id. */
export async function* publicKeyPages(
  read: ReadKeys,
  choice: KeyChoice,
  afterId = 0,
): AsyncGenerator<PublicKey[], void, undefined> {
  let position = 0;
  for (let lastId = afterId; ; ) {
    const page = await read(lastId, PAGE);
    if (!page) return;
    const keys: PublicKey[] = [];
    for (const [i, trackerId] of page.ids.entries()) {
      const advertisementKey = Buffer.from(page.packed.subarray(i * KEY_BYTES, (i + 1) * KEY_BYTES));
      const hashed = hashedAdvertisementKey(advertisementKey);
      if (choice.skipSlashes && beginsWithSlash(hashed)) continue;
      keys.push({
        trackerId,
        position: ++position,
        advertisementKey,
        hashedAdvertisementKey: hashed,
        broadcastAddress: bluetoothAddressOf(advertisementKey),
        serialNumber: choice.serialPrefix === '' ? '' : serialNumberOf(choice.serialPrefix, trackerId),
      });
    }
    if (keys.length > 0) yield keys;
    lastId = page.ids.at(-1) as number;
  }
}
