import { type KekHolder, openDataKeys } from '../../keys/data-keys.ts';
import { open, PRIVATE_KEY_RECORD } from '../../keys/envelope.ts';
import type { Database } from '../../platform/db/queryable.ts';
import { type KeyHolderScope, type SealedKeyPair, sealedKeyPairs } from './private-keys-store.ts';

export interface OpenKeyPair {
  trackerId: number;
  address: string;
  /** 28 bytes; zeroed when the next page is asked for. */
  privateKey: Uint8Array;
  /** 28 bytes */
  advertisementKey: Buffer;
  /** 32 bytes */
  hashedKey: Buffer;
}

const PAGE = 500;

/**
 * Opens private keys page by page, in order of the trackers' ids. At most a page of them is in memory; it is zeroed when
 * the reader asks for more, and when it goes away. AppError as `openDataKeys`, also in the middle, when keys are locked.
 */
export async function* privateKeyPages(
  deps: { db: Database; keyring: KekHolder },
  scope: KeyHolderScope,
): AsyncGenerator<OpenKeyPair[], void, undefined> {
  for (let lastId = 0; ; ) {
    const rows = await sealedKeyPairs(deps.db, scope, lastId, PAGE);
    if (rows.length === 0) return;
    const page = await openPage(deps, rows);
    try {
      yield page;
    } finally {
      for (const { privateKey } of page) privateKey.fill(0);
    }
    lastId = rows.at(-1)!.trackerId;
  }
}

async function openPage(
  { db, keyring }: { db: Database; keyring: KekHolder },
  rows: readonly SealedKeyPair[],
): Promise<OpenKeyPair[]> {
  const dataKeys = await openDataKeys(db, keyring, [...new Set(rows.map(({ dataKeyId }) => dataKeyId))]);
  try {
    return rows.map(({ sealed, dataKeyId, ...row }) => {
      const record = { table: PRIVATE_KEY_RECORD, id: row.hashedKey.toString('base64') };
      return { ...row, privateKey: open(dataKeys.get(dataKeyId)!, record, sealed) };
    });
  } finally {
    for (const key of dataKeys.values()) key.fill(0);
  }
}
