import { type KekHolder, openDataKeys } from '../../keys/data-keys.ts';
import { open, PRIVATE_KEY_RECORD } from '../../keys/envelope.ts';
import type { Database } from '../../platform/db/queryable.ts';
import { type KeyHolderScope, type SealedKeyPair, sealedKeyPairs } from './private-keys-store.ts';

export interface OpenKeyPair {
  /** 28 bytes; zeroed when the next page is asked for. */
  privateKey: Uint8Array;
  /** 28 bytes */
  advertisementKey: Buffer;
  /** 32 bytes */
  hashedKey: Buffer;
}

/** A tracker with the private keys that are known of it, in order. */
export interface OpenDevice {
  trackerId: number;
  address: string;
  keys: OpenKeyPair[];
}

const PAGE = 200;

/**
 * Opens private keys page by page, in order of the trackers' ids. At most a page of them is in memory; it is zeroed when
 * the reader asks for more, and when it goes away. AppError as `openDataKeys`, also in the middle, when keys are locked.
 */
export async function* privateKeyPages(
  deps: { db: Database; keyring: KekHolder },
  scope: KeyHolderScope,
): AsyncGenerator<OpenDevice[], void, undefined> {
  for (let lastId = 0; ; ) {
    const rows = await sealedKeyPairs(deps.db, scope, lastId, PAGE);
    if (rows.length === 0) return;
    const page = await openPage(deps, rows);
    try {
      yield page;
    } finally {
      for (const { keys } of page) for (const { privateKey } of keys) privateKey.fill(0);
    }
    lastId = rows.at(-1)!.trackerId;
  }
}

async function openPage(
  { db, keyring }: { db: Database; keyring: KekHolder },
  rows: readonly SealedKeyPair[],
): Promise<OpenDevice[]> {
  const dataKeys = await openDataKeys(db, keyring, [...new Set(rows.map(({ dataKeyId }) => dataKeyId))]);
  try {
    const devices: OpenDevice[] = [];
    for (const { sealed, dataKeyId, trackerId, address, advertisementKey, hashedKey } of rows) {
      let device = devices.at(-1);
      if (device?.trackerId !== trackerId) {
        device = { trackerId, address, keys: [] };
        devices.push(device);
      }
      const record = { table: PRIVATE_KEY_RECORD, id: hashedKey.toString('base64') };
      const privateKey = open(dataKeys.get(dataKeyId)!, record, sealed);
      device.keys.push({ privateKey, advertisementKey, hashedKey });
    }
    return devices;
  } finally {
    for (const key of dataKeys.values()) key.fill(0);
  }
}
