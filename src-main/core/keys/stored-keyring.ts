import type { Database } from '../platform/db/queryable.ts';
import { AppError } from '../platform/errors.ts';
import { matchesCheckValue, unwrapKek } from './key-encryption-key.ts';
import { findKek, findRetiredCheckValue, type KekRow } from './key-encryption-key-store.ts';
import type { KeyStore, StoredKek } from './key-file.ts';
import type { KeyListener, Keyring, KeyState } from './keyring.ts';

const NOT_IN_USE =
  'The key that this console keeps is not the one in use in this database: the key was rotated, or this is another database. Enrol this console again, with the passphrase of the latest recovery kit.';

/** The keyring of a console that keeps its key in a key file or a keychain. */
export class StoredKeyring implements Keyring {
  readonly #deps: { db: Database; now: () => Date };
  readonly #store: KeyStore;
  readonly #listeners = new Set<KeyListener>();
  #key: StoredKek | null = null;
  #locked = false;
  #problem: string | null = null;

  constructor(deps: { db: Database; now: () => Date }, store: KeyStore) {
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

  async lock(): Promise<void> {
    if (!this.#key) return;
    this.#drop();
    this.#locked = true;
    await Promise.all(this.#changed());
  }

  async unlock(): Promise<void> {
    const inUse = await this.#inUse();
    let stored: StoredKek | null = null;
    this.#problem = null;
    try {
      stored = await this.#store.read();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#problem = error.message;
    }
    if (stored && !fits(stored, inUse)) {
      stored.kek.fill(0);
      stored = null;
      this.#problem = NOT_IN_USE;
    }
    stored ??= await this.#takeStaged(inUse);
    if (!stored) {
      this.#locked = false;
      this.#changed();
      throw notEnrolled(this.#problem);
    }
    this.#problem = null;
    this.#hold(stored);
  }

  async enrol(passphrase: string): Promise<void> {
    const inUse = await this.#inUse();
    const kek = await unwrapKek(inUse, inUse.id, passphrase);
    await this.#store.write({ kekId: inUse.id, kek }, this.#deps.now(), this.#isSpent);
    this.#problem = null;
    this.#hold({ kekId: inUse.id, kek });
  }

  stage(key: StoredKek | null): Promise<void> {
    return this.#store.stage(key, this.#deps.now());
  }

  async refresh(): Promise<void> {
    const inUse = await this.#inUse();
    if (this.#key && fits(this.#key, inUse)) return;
    // While locked, this only stores the key; unlocking is up to a person.
    const staged = await this.#takeStaged(inUse);
    if (this.#locked) staged?.kek.fill(0);
    else if (staged) this.#hold(staged);
    else if (this.#key) {
      this.#drop();
      this.#problem = NOT_IN_USE;
      this.#changed();
    }
  }

  onChange(listener: KeyListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The staged key, when the database uses it now: it becomes the stored one. */
  async #takeStaged(inUse: KekRow): Promise<StoredKek | null> {
    const staged = await this.#store.readStaged();
    if (!staged) return null;
    if (!fits(staged, inUse)) {
      staged.kek.fill(0);
      return null;
    }
    await this.#store.write(staged, this.#deps.now(), this.#isSpent);
    await this.#store.stage(null, this.#deps.now());
    return staged;
  }

  /** Whether a key was this database's before a rotation. */
  #isSpent = async ({ kekId, kek }: StoredKek): Promise<boolean> => {
    const checkValue = await findRetiredCheckValue(this.#deps.db, kekId);
    return checkValue !== null && matchesCheckValue(kek, checkValue);
  };

  async #inUse(): Promise<KekRow> {
    const row = await findKek(this.#deps.db);
    if (!row)
      throw new AppError('corrupt-data', 'The database has lost its key-encryption key. Restore it from a backup.');
    return row;
  }

  #hold(key: StoredKek): void {
    this.#drop();
    this.#key = key;
    this.#locked = false;
    this.#changed();
  }

  #drop(): void {
    this.#key?.kek.fill(0);
    this.#key = null;
  }

  #changed(): (void | Promise<void>)[] {
    return [...this.#listeners].map((listener) => listener());
  }

  #ready() {
    if (this.#key) return this.#key;
    if (this.#locked)
      throw new AppError('key-locked', 'The keys are locked on this console. Unlock them, and try again.');
    throw notEnrolled(this.#problem);
  }
}

const fits = (key: StoredKek, inUse: KekRow) => key.kekId === inUse.id && matchesCheckValue(key.kek, inUse.checkValue);

const notEnrolled = (problem: string | null) =>
  new AppError(
    'not-enrolled',
    problem ?? 'This console is not enrolled for keys. Enrol it with the passphrase of the recovery kit.',
  );
