import { type Header, pack } from 'tar-stream';
import { type ExportProfile, MAX_KEYS_PER_FILE, ofLabel } from '../../../../src-shared/contract/export-profile.ts';
import { AppError } from '../../platform/errors.ts';
import type { PublicDevice } from './public-key-pages.ts';

/** Everything but name and size is fixed, so that an archive made again is the same bytes. */
const fixed: Partial<Header> = { mode: 0o644, uid: 0, gid: 0, mtime: new Date(0), type: 'file', uname: '', gname: '' };

export interface DeviceFile {
  name: string;
  content: Uint8Array;
}

const HAYSTACK_CHARACTERS = 6;

/** The name of a device's files, without what they are. Each is unique within an export. */
function nameOf(profile: ExportProfile, first: PublicDevice, deviceNumber: number): string {
  switch (profile.fileNames) {
    case 'address':
      return profile.filePrefix + ofLabel(first.keys, profile.labelKey).broadcastAddress.replaceAll(':', '');
    case 'number':
      return profile.filePrefix + String(deviceNumber).padStart(6, '0');
    case 'haystack':
      // macless-haystack's generate_keys.py takes six random characters of A-Z and 0-9; these are the tracker's id.
      return profile.filePrefix + first.trackerId.toString(36).toUpperCase().padStart(HAYSTACK_CHARACTERS, '0');
  }
}

/**
 * The files of one device (docs/find-my.md#files-of-other-tools): `PREFIX_keyfile` has a count byte, then count keys of
 * 28 bytes, as nRF5x flash scripts take it; `PREFIX_esp32.bin` the 28 raw bytes for an ESP32's key partition.
 */
function filesOfDevice(profile: ExportProfile, devices: readonly PublicDevice[], deviceNumber: number): DeviceFile[] {
  const first = devices[0] as PublicDevice;
  const keys = devices.flatMap((device) => device.keys);
  const name = nameOf(profile, first, deviceNumber);
  const raw = keys.map((key) => key.advertisementKey);
  const files: DeviceFile[] = [{ name: `${name}_keyfile`, content: Buffer.concat([Buffer.of(keys.length), ...raw]) }];
  if (profile.esp32Images) files.push({ name: `${name}_esp32.bin`, content: first.keys[0]!.advertisementKey });
  return files;
}

/** How many keys of a device the files of a profile hold. One is what a profile has that doesn't care. */
export const mostKeysOf = (profile: ExportProfile): number =>
  profile.esp32Images ? 1 : profile.keysPerFile === 1 ? MAX_KEYS_PER_FILE : profile.keysPerFile;

/**
 * The files of each device. One with several keys has files of its own; of those with one key, `keysPerFile` share a
 * file, and the last may have fewer. Throws AppError `conflict` for a device whose keys have no room.
 */
export async function* devicesOf(profile: ExportProfile, pages: AsyncIterable<PublicDevice[]>) {
  let sharing: PublicDevice[] = [];
  let number = 0;
  for await (const page of pages) {
    const whole: DeviceFile[] = [];
    for (const device of page) {
      const most = mostKeysOf(profile);
      if (device.keys.length > most)
        throw new AppError(
          'conflict',
          `Tracker ${device.trackerId} has ${device.keys.length} keys, and a key file holds ${most}.`,
        );
      if (device.keys.length > 1) {
        whole.push(...filesOfDevice(profile, [device], ++number));
        continue;
      }
      sharing.push(device);
      if (sharing.length < profile.keysPerFile) continue;
      whole.push(...filesOfDevice(profile, sharing, ++number));
      sharing = [];
    }
    yield whole;
  }
  if (sharing.length > 0) yield filesOfDevice(profile, sharing, ++number);
}

const BLOCK = 512;
const padded = (bytes: number) => Math.ceil(bytes / BLOCK) * BLOCK;
/** Two empty blocks (POSIX.1-1988 ustar). */
const END_OF_ARCHIVE = 2 * BLOCK;

/** One tar archive with the files of all devices, a page of them at a time. */
export async function* writeKeyFiles(
  profile: ExportProfile,
  pages: AsyncIterable<PublicDevice[]>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const archive = pack();
  const chunks = archive[Symbol.asyncIterator]();
  /** What was put in comes out before more is put in, so that the archive never holds more than a page. */
  const take = async (bytes: number) => {
    const parts: Uint8Array[] = [];
    for (let left = bytes; left > 0; ) {
      const { done, value } = await chunks.next();
      if (done) throw new Error('the archive ended too early');
      const chunk = value as Uint8Array;
      parts.push(chunk);
      left -= chunk.length;
    }
    return Buffer.concat(parts);
  };
  try {
    for await (const files of devicesOf(profile, pages)) {
      for (const { name, content } of files) archive.entry({ ...fixed, name, size: content.length }, content);
      yield await take(files.reduce((sum, { content }) => sum + BLOCK + padded(content.length), 0));
    }
    archive.finalize();
    yield await take(END_OF_ARCHIVE);
  } finally {
    archive.destroy();
  }
}
