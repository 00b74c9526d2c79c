import type { ExportProfile } from '../../../../src-shared/contract/export-profile.ts';
import { bluetoothAddressOf, KEY_BYTES } from '../../../../src-shared/domain/find-my/keys.ts';
import { serialNumberOf } from '../../../../src-shared/domain/serial-number.ts';
import { hashedAdvertisementKey } from '../../keys/hashed-key.ts';
import type { PublicKeyPage } from '../key-batches/batch-keys-store.ts';

/** What a manufacturer gets of a key. */
export interface PublicKey {
  /** From 1, among the keys of the device. */
  number: number;
  /** 28 bytes */
  advertisementKey: Buffer;
  /** base64, 44 characters */
  hashedAdvertisementKey: string;
  /** `AA:BB:CC:DD:EE:FF` */
  broadcastAddress: string;
}

/** What a manufacturer gets of a tracker. A format has no other values to write. */
export interface PublicDevice {
  trackerId: number;
  /** From 1, among the devices of the file. */
  position: number;
  /** Empty without a prefix. */
  serialNumber: string;
  /** In order; never empty. */
  keys: PublicKey[];
}

/** Reads the keys of at most `limit` devices. */
export type ReadKeys = (afterId: number, limit: number) => Promise<PublicKeyPage | null>;
export type KeyChoice = Pick<ExportProfile, 'skipSlashes' | 'serialPrefix'>;

/** Keys read by one statement. */
const PAGE = 2000;
/** Characters of the hashed key that some tools use as the name of a key's file. */
const NAMING_CHARACTERS = 7;

export const beginsWithSlash = (hashedKey: string) => hashedKey.slice(0, NAMING_CHARACTERS).includes('/');

/** Reads devices page by page, in the order of their ids; hash, address and serial number follow from key and id. */
export async function* publicKeyPages(
  read: ReadKeys,
  choice: KeyChoice,
  afterId = 0,
  keysPerDevice = 1,
): AsyncGenerator<PublicDevice[], void, undefined> {
  const limit = Math.max(1, Math.floor(PAGE / keysPerDevice));
  let position = 0;
  for (let lastId = afterId; ; ) {
    const page = await read(lastId, limit);
    if (!page) return;
    const devices = devicesOfPage(page, choice).filter(
      ({ keys }) => !(choice.skipSlashes && beginsWithSlash(keys[0]!.hashedAdvertisementKey)),
    );
    for (const device of devices) device.position = ++position;
    if (devices.length > 0) yield devices;
    lastId = page.ids.at(-1) as number;
  }
}

function devicesOfPage(page: PublicKeyPage, choice: KeyChoice): PublicDevice[] {
  const devices: PublicDevice[] = [];
  for (const [i, trackerId] of page.ids.entries()) {
    let device = devices.at(-1);
    if (device?.trackerId !== trackerId) {
      const serialNumber = choice.serialPrefix === '' ? '' : serialNumberOf(choice.serialPrefix, trackerId);
      device = { trackerId, position: 0, serialNumber, keys: [] };
      devices.push(device);
    }
    const advertisementKey = Buffer.from(page.packed.subarray(i * KEY_BYTES, (i + 1) * KEY_BYTES));
    device.keys.push({
      number: device.keys.length + 1,
      advertisementKey,
      hashedAdvertisementKey: hashedAdvertisementKey(advertisementKey),
      broadcastAddress: bluetoothAddressOf(advertisementKey),
    });
  }
  return devices;
}
