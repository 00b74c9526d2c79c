import { type Pack, pack } from 'tar-stream';
import type { PrivateKeyFormat } from '../../../../src-shared/contract/private-key-exports.ts';
import { AppError } from '../../platform/errors.ts';
import type { OpenDevice } from './private-key-pages.ts';

type Pages = AsyncIterable<OpenDevice[]>;
type Parts = AsyncGenerator<string | Uint8Array, void, undefined>;

export interface PrivateKeyFile {
  /** It has room for one key a device. */
  holdsOneKey?: boolean;
  contentType: string;
  /** What follows the prefix in the file's name. */
  suffix: string;
  /** `several` when a tracker has more than one key. */
  write(pages: Pages, made: Date, several: boolean): Parts;
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');

/**
 * A `.keys` file: three lines a key, as biemster's and macless-haystack's generate_keys.py write them. Where trackers
 * have several keys, a blank line divides them, which readers of these files skip.
 */
async function* writeKeys(pages: Pages, _made: Date, several: boolean): Parts {
  let before = '';
  for await (const page of pages) {
    let text = '';
    for (const { keys } of page) {
      text += before;
      for (const { privateKey, advertisementKey, hashedKey } of keys)
        text += `Private key: ${base64(privateKey)}\nAdvertisement key: ${base64(advertisementKey)}\nHashed adv key: ${base64(hashedKey)}\n`;
      before = several ? '\n' : '';
    }
    yield text;
  }
}

/** An array, an element at a time. */
async function* writeArray(pages: Pages, element: (device: OpenDevice) => unknown): Parts {
  let before = '[\n';
  for await (const page of pages) {
    yield page
      .map((device) => {
        const text = `${before}${JSON.stringify(element(device))}`;
        before = ',\n';
        return text;
      })
      .join('');
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}

/** An element of macless-haystack's `PREFIX_devices.json`. */
const haystackDevice = ({ trackerId, address, keys: [first, ...further] }: OpenDevice) => ({
  id: trackerId,
  colorComponents: [0, 1, 0, 1],
  name: address,
  privateKey: base64(first!.privateKey),
  icon: '',
  isActive: true,
  additionalKeys: further.map(({ privateKey }) => base64(privateKey)),
});

/** FindMy.py's key type for a pair that may be a primary or a secondary one. */
const KEY_TYPE_UNKNOWN = 0;

/** A FindMy.py key pair, or accessory with several keys; one file each, since it reads one from a file. */
const findMyAccessory = ({ trackerId, address, keys }: OpenDevice) =>
  keys.length === 1
    ? { type: 'keypair', private_key: base64(keys[0]!.privateKey), key_type: KEY_TYPE_UNKNOWN, name: address }
    : {
        type: 'custom_rolling_key_accessory',
        private_keys: keys.map(({ privateKey }) => Buffer.from(privateKey).toString('hex')),
        name: address,
        identifier: String(trackerId),
      };

async function* writeTar(pages: Pages, made: Date): Parts {
  const archive = pack();
  const filling = fill(archive, pages, made).catch((error: Error) => archive.destroy(error));
  try {
    for await (const chunk of archive) yield chunk as Uint8Array;
  } finally {
    archive.destroy();
    await filling;
  }
}

async function fill(archive: Pack, pages: Pages, mtime: Date): Promise<void> {
  for await (const page of pages) {
    for (const device of page) {
      if (archive.destroyed) return;
      const name = `${device.address.replaceAll(':', '')}.json`;
      const content = `${JSON.stringify(findMyAccessory(device), null, 2)}\n`;
      // Called when the archive has been read this far, and when it was given up.
      await new Promise<void>((resolve) => {
        archive.once('close', resolve);
        archive.entry({ name, mtime, mode: 0o600 }, content, () => {
          archive.off('close', resolve);
          resolve();
        });
      });
    }
  }
  archive.finalize();
}

/** OpenHaystack does not use it without derivation, but its decoder wants it. */
const NO_SYMMETRIC_KEY = Buffer.alloc(32);
/** A day, which is what OpenHaystack gives a new accessory. */
const UPDATE_INTERVAL_SECONDS = 24 * 3600;
/** Swift writes a Date in JSON as seconds since this moment. */
const SWIFT_EPOCH_MS = Date.UTC(2001, 0, 1);

/**
 * An OpenHaystack accessory: bytes as Buffer, the date as Date, to be written in JSON's or a plist's way. It has room for
 * one key. Throws AppError `conflict` for a device that got a further one since that was checked.
 */
const accessory = ({ trackerId, address, keys }: OpenDevice, made: Date) => ({
  name: address,
  id: trackerId,
  privateKey: onlyOf(keys).privateKey,
  symmetricKey: NO_SYMMETRIC_KEY,
  usesDerivation: false,
  oldestRelevantSymmetricKey: NO_SYMMETRIC_KEY,
  lastDerivationTimestamp: made,
  updateInterval: UPDATE_INTERVAL_SECONDS,
  colorComponents: [0, 1, 0, 1],
  colorSpaceName: 'kCGColorSpaceSRGB',
  icon: 'mappin',
  isDeployed: true,
  isActive: true,
});

function onlyOf<Key>(keys: readonly Key[]): Key {
  if (keys.length !== 1)
    throw new AppError('conflict', 'A device has several keys, and OpenHaystack’s file holds one.');
  return keys[0]!;
}

function jsonValue(value: unknown): unknown {
  if (value instanceof Uint8Array) return base64(value);
  if (value instanceof Date) return (value.getTime() - SWIFT_EPOCH_MS) / 1000;
  return Array.isArray(value) ? value.map(jsonValue) : value;
}

const jsonAccessory = (device: OpenDevice, made: Date) =>
  Object.fromEntries(Object.entries(accessory(device, made)).map(([name, value]) => [name, jsonValue(value)]));

type PlistValue = string | number | boolean | Uint8Array | Date | readonly number[];

function plistValue(value: PlistValue): string {
  if (value instanceof Uint8Array) return `<data>${base64(value)}</data>`;
  if (value instanceof Date) return `<date>${value.toISOString().replace(/\.\d+Z$/, 'Z')}</date>`;
  if (typeof value === 'boolean') return value ? '<true/>' : '<false/>';
  if (typeof value === 'number')
    return Number.isInteger(value) ? `<integer>${value}</integer>` : `<real>${value}</real>`;
  // Addresses and names of our own: nothing in them is markup.
  if (typeof value === 'string') return `<string>${value}</string>`;
  return `<array>${value.map((item) => `<real>${item}</real>`).join('')}</array>`;
}

async function* writePlist(pages: Pages, made: Date): Parts {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n<plist version="1.0">\n<array>\n';
  for await (const page of pages) {
    yield page
      .map((device) => {
        const entries = Object.entries(accessory(device, made)).map(
          ([key, value]) => `<key>${key}</key>${plistValue(value)}`,
        );
        return `<dict>${entries.join('')}</dict>\n`;
      })
      .join('');
  }
  yield '</array>\n</plist>\n';
}

/** The files that other Find My tools read (docs/find-my.md#files-of-other-tools). */
export const privateKeyFiles: Record<PrivateKeyFormat, PrivateKeyFile> = {
  keys: { contentType: 'text/plain; charset=utf-8', suffix: '.keys', write: writeKeys },
  'haystack-devices': {
    contentType: 'application/json',
    suffix: '_devices.json',
    write: (pages) => writeArray(pages, haystackDevice),
  },
  'findmy-keypair': { contentType: 'application/x-tar', suffix: '_findmy.tar', write: writeTar },
  'openhaystack-json': {
    contentType: 'application/json',
    suffix: '_accessories.json',
    holdsOneKey: true,
    write: (pages, made) => writeArray(pages, (device) => jsonAccessory(device, made)),
  },
  'openhaystack-plist': {
    contentType: 'application/x-plist',
    suffix: '_accessories.plist',
    holdsOneKey: true,
    write: writePlist,
  },
};
