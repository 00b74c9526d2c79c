import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../db/queryable.ts';
import { AppError } from '../errors.ts';
import type { RandomBytes } from './envelope.ts';
import { type Argon2Cost, createKek, matchesCheckValue, unwrapKek, wrapKek } from './key-encryption-key.ts';
import { type KeyStore, keyFile, writePrivateFile } from './key-file.ts';
import { findKek, insertKek, type KekRow, nextId } from './key-repository.ts';
import { generatePassphrase } from './passphrase.ts';
import { recoveryKit } from './recovery-kit.ts';

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
  /** Zeroes the key in memory. */
  lock(): void;
  /** Reads the key again from where this console keeps it. AppError `not-enrolled` when there is none to use. */
  unlock(): Promise<void>;
  /** Unwraps the key of the database with its passphrase, and keeps it on this console from now on. */
  enrol(passphrase: string): Promise<void>;
}

export interface KeyringDeps {
  db: Database;
  /** The key file and the recovery kit go to its folder `keys`. */
  dataDir: string;
  randomBytes: RandomBytes;
  now: () => Date;
  /** CONSOLE_KEY_FILE: another place for the key file. CONSOLE_PASSPHRASE: used to set up or to enrol, and not kept. */
  env?: { CONSOLE_KEY_FILE?: string | undefined; CONSOLE_PASSPHRASE?: string | undefined };
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
  const store = deps.store ?? keyFile(deps.env?.CONSOLE_KEY_FILE || join(deps.dataDir, 'keys', 'console-key.json'));
  const keyring = new StoredKeyring(deps, store);
  const passphrase = deps.env?.CONSOLE_PASSPHRASE || null;
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
    const id = await nextId(deps.db, 'key_encryption_keys');
    const row: KekRow = { id, ...(await wrapKek(kek, id, passphrase, deps.randomBytes, deps.cost)) };
    const consoleName = deps.consoleName ?? hostname();
    const path = join(deps.dataDir, 'keys', `recovery-kit-${id}.txt`);
    return await deps.db.transaction({ kind: 'system' }, async (tx) => {
      if (!(await insertKek(tx, row, now))) return null;
      // Files before the commit: a key in the database that nobody can open would be worse than a file too many.
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

class StoredKeyring implements Keyring {
  readonly #deps: KeyringDeps;
  readonly #store: KeyStore;
  #key: { kekId: number; kek: Uint8Array } | null = null;
  #locked = false;
  #problem: string | null = null;

  constructor(deps: KeyringDeps, store: KeyStore) {
    this.#deps = deps;
    this.#store = store;
  }

  get where() {
    return this.#store.where;
  }

  state(): KeyState {
    if (this.#key) return 'ready';
    return this.#locked ? 'locked' : 'not-enrolled';
  }

  problem() {
    return this.#problem;
  }

  kek(): Uint8Array {
    return this.#ready().kek;
  }

  kekId(): number {
    return this.#ready().kekId;
  }

  lock(): void {
    if (!this.#key) return;
    this.#key.kek.fill(0);
    this.#key = null;
    this.#locked = true;
  }

  async unlock(): Promise<void> {
    const inUse = await this.#inUse();
    let stored: Awaited<ReturnType<KeyStore['read']>> = null;
    this.#problem = null;
    try {
      stored = await this.#store.read();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#problem = error.message;
    }
    if (stored && !(stored.kekId === inUse.id && matchesCheckValue(stored.kek, inUse.checkValue))) {
      stored.kek.fill(0);
      stored = null;
      this.#problem =
        'The key that this console keeps is not the one in use in this database. Enrol this console again.';
    }
    if (!stored) {
      this.#locked = false;
      throw notEnrolled(this.#problem);
    }
    this.#hold(stored);
  }

  async enrol(passphrase: string): Promise<void> {
    const inUse = await this.#inUse();
    const kek = await unwrapKek(inUse, inUse.id, passphrase);
    await this.#store.write({ kekId: inUse.id, kek }, this.#deps.now());
    this.#problem = null;
    this.#hold({ kekId: inUse.id, kek });
  }

  async #inUse(): Promise<KekRow> {
    const row = await findKek(this.#deps.db);
    if (!row)
      throw new AppError('corrupt-data', 'The database has lost its key-encryption key. Restore it from a backup.');
    return row;
  }

  #hold(key: { kekId: number; kek: Uint8Array }): void {
    this.#key?.kek.fill(0);
    this.#key = key;
    this.#locked = false;
  }

  #ready() {
    if (this.#key) return this.#key;
    if (this.#locked)
      throw new AppError('key-locked', 'The keys are locked on this console. Unlock them, and try again.');
    throw notEnrolled(this.#problem);
  }
}

const notEnrolled = (problem: string | null) =>
  new AppError(
    'not-enrolled',
    problem ?? 'This console is not enrolled for keys. Enrol it with the passphrase of the recovery kit.',
  );
