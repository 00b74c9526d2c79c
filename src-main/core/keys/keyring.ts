import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../platform/db/queryable.ts';
import { AppError } from '../platform/errors.ts';
import type { RandomBytes } from './envelope.ts';
import { type Argon2Cost, createKek, wrapKek } from './key-encryption-key.ts';
import { findKek, insertKek, type KekRow, nextKeyId } from './key-encryption-key-store.ts';
import { type KeyStore, keyFile, type StoredKek, writePrivateFile } from './key-file.ts';
import { generatePassphrase } from './passphrase.ts';
import { recoveryKit, recoveryKitPath } from './recovery-kit.ts';
import { StoredKeyring } from './stored-keyring.ts';

export type KeyListener = () => void | Promise<void>;
export type KeyState = 'ready' | 'not-enrolled' | 'locked';

/** Holds the key-encryption key of this console in memory. */
export interface Keyring {
  state(): KeyState;
  /** Where the key of this console is kept. */
  readonly where: string;
  /** Why a stored key is not used, as a sentence; null when there is nothing to say. */
  problem(): string | null;
  /**
   * The key itself, not a copy: use it at once and don't keep it, since `lock` zeroes it.
   * AppError `not-enrolled` or `key-locked`.
   */
  kek(): Uint8Array;
  kekId(): number;
  /** Zeroes the key in memory at once; ends when all who listen have dropped what they made of it. */
  lock(): Promise<void>;
  /** Reads the key again from where this console keeps it. AppError `not-enrolled` when there is none to use. */
  unlock(): Promise<void>;
  /** Unwraps the key of the database with its passphrase, and keeps it on this console from now on. */
  enrol(passphrase: string): Promise<void>;
  /** Keeps the key of a rotation beside the one in use until the rotation has switched; null gives it up. */
  stage(key: StoredKek | null): Promise<void>;
  /**
   * Looks up which key the database uses now. After a rotation this console goes over to the staged key; one that has
   * none drops its key, becomes `not-enrolled`, and `problem` says why.
   */
  refresh(): Promise<void>;
  /** Calls the listener at every change of the state or the key; `lock` waits for it. Returns the function that ends it. */
  onChange(listener: KeyListener): () => void;
}

export interface KeyringDeps {
  db: Database;
  /** The key file and the recovery kit go to its folder `keys`. */
  dataDir: string;
  randomBytes: RandomBytes;
  now: () => Date;
  /** CONSOLE_KEY_FILE: another place for the key file. */
  keyFile?: string | undefined;
  /** CONSOLE_PASSPHRASE: used to set up or to enrol, and not kept. */
  passphrase?: string | null;
  consoleName?: string;
  /** A desktop's keychain instead of the file. */
  store?: KeyStore;
  cost?: Argon2Cost;
}

export interface OpenedKeyring {
  keyring: Keyring;
  /** What was made when the database had no key yet, to be told to the person; else null. */
  created: { keyFile: string; recoveryKit: string } | null;
}

/**
 * Opens the keyring. A database without a key-encryption key gets one, whose recovery kit is written beside the key
 * file. On a database that has one, a console without the key is `not-enrolled` unless CONSOLE_PASSPHRASE enrols it.
 */
export async function openKeyring(deps: KeyringDeps): Promise<OpenedKeyring> {
  const store = deps.store ?? keyFile(deps.keyFile || join(deps.dataDir, 'keys', 'console-key.json'));
  const keyring = new StoredKeyring(deps, store);
  const passphrase = deps.passphrase || null;
  const kit = (await findKek(deps.db)) === null ? await setUp(deps, store, passphrase) : null;
  try {
    await keyring.unlock();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'not-enrolled') throw error;
    if (passphrase !== null) await keyring.enrol(passphrase);
  }
  return { keyring, created: kit === null ? null : { keyFile: store.where, recoveryKit: kit } };
}

/** Makes the first key-encryption key. Returns the recovery kit's path; null when another console was faster. */
async function setUp(deps: KeyringDeps, store: KeyStore, chosen: string | null): Promise<string | null> {
  const kek = createKek(deps.randomBytes);
  try {
    const now = deps.now();
    const passphrase = chosen ?? generatePassphrase(deps.randomBytes);
    const id = await nextKeyId(deps.db, 'key_encryption_keys');
    const row: KekRow = { id, ...(await wrapKek(kek, id, passphrase, deps.randomBytes, deps.cost)) };
    const consoleName = deps.consoleName ?? hostname();
    const path = recoveryKitPath(deps.dataDir, `recovery-kit-${id}.txt`);
    return await deps.db.transaction({ kind: 'system' }, async (tx) => {
      if (!(await insertKek(tx, row, now))) return null;
      // Files are written before the commit: a key in the database that nobody can open would be worse than a file too
      // many.
      await writePrivateFile(
        path,
        recoveryKit({ passphrase: chosen === null ? passphrase : null, consoleName, createdAt: now }),
      );
      await store.write({ kekId: id, kek }, now);
      return path;
    });
  } finally {
    kek.fill(0);
  }
}
