import { type KekHolder, openDataKeys } from '../../keys/data-keys.ts';
import { open, PRIVATE_KEY_RECORD } from '../../keys/envelope.ts';
import { isScalar } from '../../keys/p224/p224.ts';
import type { Queryable } from '../../platform/db/queryable.ts';
import { AppError } from '../../platform/errors.ts';
import { type SealedKeyRow, sealedPrivateKeys } from '../../trackers/tracker-keys-store.ts';

/** Private keys of trackers, opened for the reports of one answer, and zeroed at its end. */
export interface OpenKeys {
  /** Opens the keys of these trackers that aren't open yet. AppError when this console can't open any. */
  load(trackerIds: Iterable<number>): Promise<void>;
  /** 28 bytes, by the number of the device key; undefined when the key can't be opened. */
  get(trackerId: number, keyNumber: number): Uint8Array | undefined;
  /** Trackers whose private key can't be opened, and why. */
  readonly unopened: ReadonlyMap<number, string>;
  close(): void;
}

/** What is open in this thread, and ends when it is closed. */
const stillOpen = new Set<Promise<void>>();

/** Waits until all private keys that are open in this thread are closed. */
export const keysClosed = async (): Promise<void> => void (await Promise.all(stillOpen));

export function createOpenKeys(db: Queryable, keys: KekHolder): OpenKeys {
  const { promise, resolve } = Promise.withResolvers<void>();
  stillOpen.add(promise);
  /** By tracker, then by the number of the key. */
  const opened = new Map<number, Map<number, Uint8Array>>();
  const unopened = new Map<number, string>();
  const keep = ({ trackerId, number }: SealedKeyRow, key: Uint8Array) => {
    const ofTracker = opened.get(trackerId) ?? new Map<number, Uint8Array>();
    opened.set(trackerId, ofTracker.set(number, key));
  };
  return {
    unopened,
    get: (trackerId, keyNumber) => opened.get(trackerId)?.get(keyNumber),
    async load(trackerIds) {
      const wanted = [...new Set(trackerIds)].filter((id) => !opened.has(id) && !unopened.has(id));
      if (wanted.length === 0) return;
      const rows = await sealedPrivateKeys(db, wanted);
      const dataKeys = await openDataKeys(db, keys, [...new Set(rows.map((row) => row.dataKeyId))]);
      try {
        for (const row of rows) {
          try {
            const record = { table: PRIVATE_KEY_RECORD, id: row.hashedKey };
            const key = open(dataKeys.get(row.dataKeyId)!, record, row.sealed);
            // Otherwise one such key would make the engine refuse the whole batch.
            if (isScalar(key)) keep(row, key);
            else unopened.set(row.trackerId, 'The private key is outside the range that P-224 allows.');
          } catch (error) {
            if (!(error instanceof AppError)) throw error;
            unopened.set(row.trackerId, error.message);
          }
        }
      } finally {
        for (const key of dataKeys.values()) key.fill(0);
      }
    },
    close() {
      for (const keys of opened.values()) for (const key of keys.values()) key.fill(0);
      opened.clear();
      stillOpen.delete(promise);
      resolve();
    },
  };
}
