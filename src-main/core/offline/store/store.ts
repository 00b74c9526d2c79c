import Sqlite from 'better-sqlite3';
import { toStoreError } from './damage.ts';

export type SqliteValue = string | number | Uint8Array | null;

/**
 * The workstation's SQLite file. One writer: this process, this connection. Calls are synchronous, and once `write`
 * returns, what it did is on the disk (WAL, synchronous FULL). Errors are AppErrors: `corrupt-data` when the file is
 * damaged, `unavailable` when it can't be written.
 */
export interface Store {
  all<Row>(statement: string, ...values: SqliteValue[]): Row[];
  get<Row>(statement: string, ...values: SqliteValue[]): Row | undefined;
  /** Returns how many rows were changed. */
  run(statement: string, ...values: SqliteValue[]): number;
  /** One transaction: all of it, or nothing. */
  write<T>(work: () => T): T;
  /** Gives a step of unused pages back to the disk; false when nothing is left of them, in the file or beside it. */
  shrinkStep(): boolean;
  /** Bytes on the disk. */
  size(): number;
  isOpen(): boolean;
  close(): void;
}

/** Wraps an open connection; statements are prepared once. */
export function storeOf(db: Sqlite.Database): Store {
  const prepared = new Map<string, Sqlite.Statement<SqliteValue[]>>();
  const statement = (text: string) => {
    const known = prepared.get(text);
    if (known) return known;
    const made = db.prepare<SqliteValue[]>(text);
    prepared.set(text, made);
    return made;
  };
  const guard = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw toStoreError(error);
    }
  };
  return {
    all: <Row>(text: string, ...values: SqliteValue[]) => guard(() => statement(text).all(...values) as Row[]),
    get: <Row>(text: string, ...values: SqliteValue[]) =>
      guard(() => statement(text).get(...values) as Row | undefined),
    run: (text, ...values) => guard(() => statement(text).run(...values).changes),
    write: (work) => guard(() => (db.inTransaction ? work() : db.transaction(work).immediate())),
    shrinkStep: () =>
      guard(() => {
        db.pragma(`incremental_vacuum(${SHRINK_PAGES})`);
        if (Number(db.pragma('freelist_count', { simple: true })) > 0 && isShrinking(db)) return true;
        // What was overwritten is still in the log until it was written back and cut.
        db.pragma('wal_checkpoint(TRUNCATE)');
        return false;
      }),
    size: () =>
      guard(() => Number(db.pragma('page_count', { simple: true })) * Number(db.pragma('page_size', { simple: true }))),
    isOpen: () => db.open,
    close: () => db.close(),
  };
}

/** A step of some milliseconds. */
const SHRINK_PAGES = 200;
/** SQLite's number for it. */
const INCREMENTAL = 2;
const isShrinking = (db: Sqlite.Database) => db.pragma('auto_vacuum', { simple: true }) === INCREMENTAL;

/** Opens a connection as the store wants it. Throws as SQLite does. */
export function connect(path: string): Sqlite.Database {
  const db = new Sqlite(path);
  try {
    // Before the first table.
    db.pragma('auto_vacuum = INCREMENTAL');
    db.pragma('journal_mode = WAL');
    // What is deleted is overwritten: unpinned reviews don't stay on the disk of a laptop.
    db.pragma('secure_delete = ON');
    db.pragma('synchronous = FULL');
    // On macOS a plain fsync stops at the disk's cache; elsewhere this changes nothing.
    db.pragma('fullfsync = ON');
    db.pragma('checkpoint_fullfsync = ON');
    db.pragma('foreign_keys = ON');
    db.pragma('busy_timeout = 2000');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A file of a former version is written anew, once: only then can it be made smaller in steps. */
export function makeShrinkable(db: Sqlite.Database): void {
  if (isShrinking(db)) return;
  db.pragma('auto_vacuum = INCREMENTAL');
  db.exec('vacuum');
}
