import type { ManufacturerExportFormat } from '../../../src-shared/contract/key-batches.ts';
import { bluetoothAddressOf, KEY_BYTES } from '../../../src-shared/domain/find-my/keys.ts';
import { hashedAdvertisementKey } from '../keys/hashed-key.ts';
import type { PublicKeyPage } from '../repositories/key-batches-trackers.ts';

/** What a manufacturer gets of a tracker. */
export interface PublicKey {
  /** 28 bytes */
  advertisementKey: Buffer;
  /** base64, 44 characters */
  hashedAdvertisementKey: string;
  /** `AA:BB:CC:DD:EE:FF` */
  broadcastAddress: string;
}

const PAGE = 2000;

/** Reads the keys of a batch page by page, in the order of their ids; hash and address follow from the key. */
export async function* publicKeyPages(
  read: (afterId: number, limit: number) => Promise<PublicKeyPage | null>,
): AsyncGenerator<PublicKey[], void, undefined> {
  for (let lastId = 0; ; ) {
    const page = await read(lastId, PAGE);
    if (!page) return;
    yield unpack(page.packed);
    lastId = page.lastId;
  }
}

function unpack(packed: Uint8Array): PublicKey[] {
  return Array.from({ length: packed.length / KEY_BYTES }, (_, i) => {
    const advertisementKey = Buffer.from(packed.subarray(i * KEY_BYTES, (i + 1) * KEY_BYTES));
    return {
      advertisementKey,
      hashedAdvertisementKey: hashedAdvertisementKey(advertisementKey),
      broadcastAddress: bluetoothAddressOf(advertisementKey),
    };
  });
}

/** How an export is written. Only public values go in; what it gets has no others. */
export interface ExportFormat {
  contentType: string;
  extension: string;
  write(pages: AsyncIterable<PublicKey[]>): AsyncGenerator<string | Uint8Array, void, undefined>;
}

/**
 * Columns of the CSV. The cells are exact, not neutralised for spreadsheets: a base64 key may begin with `+`, and a
 * machine reads it; its characters are ours, not a stranger's.
 */
const csvHeader = 'advertisement_key,hashed_advertisement_key,broadcast_address\r\n';

async function* writeCsv(pages: AsyncIterable<PublicKey[]>) {
  yield csvHeader;
  for await (const page of pages) {
    yield page
      .map(
        (row) => `${row.advertisementKey.toString('base64')},${row.hashedAdvertisementKey},${row.broadcastAddress}\r\n`,
      )
      .join('');
  }
}

async function* writeJson(pages: AsyncIterable<PublicKey[]>) {
  let separator = '[\n';
  for await (const page of pages) {
    for (const row of page) {
      const entry = {
        advertisementKey: row.advertisementKey.toString('base64'),
        hashedAdvertisementKey: row.hashedAdvertisementKey,
        broadcastAddress: row.broadcastAddress,
      };
      yield separator + JSON.stringify(entry);
      separator = ',\n';
    }
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n';
}

const BLOCK = 512;

/** Header of a file in a tar archive (POSIX.1-1988 ustar), with time, owner and mode fixed, so that bytes repeat. */
function tarHeader(name: string, size: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  header.write(name, 0, 100, 'ascii');
  header.write(octal(0o644, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(size, 11), 124);
  header.write(octal(0, 11), 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/**
 * One key file a device, as the nRF5x firmware's flash script takes it (FINDMY.md: a count byte, then count keys of 28
 * bytes), named by the address that the device will broadcast, in one tar archive.
 */
async function* writeKeyFiles(pages: AsyncIterable<PublicKey[]>) {
  for await (const page of pages) {
    const parts: Buffer[] = [];
    for (const row of page) {
      const content = Buffer.alloc(BLOCK);
      content[0] = 1;
      row.advertisementKey.copy(content, 1);
      parts.push(
        tarHeader(`${row.broadcastAddress.replaceAll(':', '')}_keyfile`, 1 + row.advertisementKey.length),
        content,
      );
    }
    yield Buffer.concat(parts);
  }
  yield Buffer.alloc(2 * BLOCK);
}

export const exportFormats: Record<ManufacturerExportFormat, ExportFormat> = {
  csv: { contentType: 'text/csv; charset=utf-8', extension: 'csv', write: writeCsv },
  json: { contentType: 'application/json', extension: 'json', write: writeJson },
  keyfile: { contentType: 'application/octet-stream', extension: 'keyfiles.tar', write: writeKeyFiles },
};
