import { readdirSync, renameSync, rmdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import SqliteFile from 'better-sqlite3';
import { AppError } from '../../platform/errors.ts';
import { readFact, writeFact } from './facts-store.ts';
import { type OpenedStore, openStore, STORE_FILE } from './open-store.ts';
import type { SqliteValue, Store } from './store.ts';

/** Below the data directory. The former name sounded like something that may be deleted, and people did. */
const FOLDER = 'workstation';
const FORMER_FOLDER = 'cache';

/** What became of a former folder that an older console filled again after it had been renamed. */
export type FormerStore =
  | { state: 'taken-over'; rescued: number; complete: boolean; kept: string }
  | { state: 'of-another-database'; unsent: number; kept: string };

/**
 * Opens the workstation's store below the data directory, which this process has claimed. A folder of the former name is
 * renamed first. Where both are there, what the former one has not sent is taken over, and its files are kept.
 * AppError `unavailable` with what to do when the folder can't be renamed.
 */
export function openStoreBelow(
  dataDir: string,
  migrations: string,
  now: Date,
): OpenedStore & { former: FormerStore | null } {
  const folder = join(dataDir, FOLDER);
  const former = join(dataDir, FORMER_FOLDER);
  const beside = renameFormer(former, folder);
  const opened = openStore(folder, migrations, now);
  correctDamagedPaths(opened.store, former, folder);
  return { ...opened, former: beside ? takeOver(opened.store, former, folder, now) : null };
}

/** Returns true when the former folder stands beside a store of the new name, and has one too. */
function renameFormer(former: string, folder: string): boolean {
  if (!entriesOf(former).some((name) => name.startsWith(STORE_FILE))) return false;
  if (entriesOf(folder).length > 0) return true;
  move(former, folder);
  return false;
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}

/** All or nothing: SQLite's files beside the main one go along. */
function move(from: string, to: string): void {
  try {
    // An empty folder is in the way on Windows only.
    rmdirSync(to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw notMoved(from, to, error);
  }
  try {
    renameSync(from, to);
  } catch (error) {
    throw notMoved(from, to, error);
  }
}

const notMoved = (from: string, to: string, cause: unknown) =>
  new AppError(
    'unavailable',
    `The folder ${from} holds this workstation’s unsent scans and must be renamed to ${to}, which failed (${(cause as NodeJS.ErrnoException).code}). Nothing is lost. Close every program that uses it, let this account write to the data directory, or rename it yourself; then start the console again.`,
    { cause },
  );

/** Damaged files that a person still has to be told about were moved with the folder. */
function correctDamagedPaths(store: Store, former: string, folder: string): void {
  const prefix = former + sep;
  store.run(
    'update damaged_files set path = ? || substr(path, ?) where substr(path, 1, ?) = ?',
    folder + sep,
    prefix.length + 1,
    prefix.length,
    prefix,
  );
}

/** Moves the former folder into the new one afterwards, so that each of its acts is taken over once. */
function takeOver(store: Store, former: string, folder: string, now: Date): FormerStore {
  const { rows, installation, failure } = readUnsent(join(former, STORE_FILE));
  const known = readFact<string>(store, 'installation');
  // Scans of one company must not end up at another.
  if (rows.length > 0 && known !== null && installation !== null && known !== installation)
    return { state: 'of-another-database', unsent: rows.length, kept: former };
  const kept = join(folder, `from-${FORMER_FOLDER}-${now.toISOString().replace(/[:.]/g, '-')}`);
  const rescued = store.write(() => {
    if (known === null && installation !== null) writeFact(store, 'installation', installation);
    if (failure !== null) {
      store.run(
        'insert into damaged_files (path, reason, found_at, rescued, complete) values (?, ?, ?, ?, 0)',
        kept,
        failure,
        now.getTime(),
        rows.length,
      );
    }
    return insertUnsent(store, rows);
  });
  move(former, kept);
  return { state: 'taken-over', rescued, complete: failure === null, kept };
}

type OutboxColumns = Record<string, SqliteValue>;

/** What waits and what nobody has settled, as far as it can be read. */
function readUnsent(path: string): { rows: OutboxColumns[]; installation: string | null; failure: string | null } {
  const rows: OutboxColumns[] = [];
  let installation: string | null = null;
  let db: SqliteFile.Database | null = null;
  try {
    // Not read-only: what was acknowledged last may stand in the write-ahead log, which has to be recovered first.
    db = new SqliteFile(path, { fileMustExist: true });
    const fact = db.prepare<[], { value: string }>("select value from facts where name = 'installation'").get();
    if (fact) installation = JSON.parse(fact.value) as string;
    const unsent = db.prepare<[], OutboxColumns>(
      "select * from outbox where state in ('waiting', 'conflict') order by sequence",
    );
    for (const row of unsent.iterate()) rows.push(row);
    return { rows, installation, failure: null };
  } catch (error) {
    return { rows, installation, failure: error instanceof Error ? error.message : String(error) };
  } finally {
    db?.close();
  }
}

/** Appends the rows in their order; one that is here already stays as it is. Returns how many were new. */
function insertUnsent(store: Store, rows: readonly OutboxColumns[]): number {
  const names = store
    .all<{ name: string }>("select name from pragma_table_info('outbox') where name <> 'sequence'")
    .map(({ name }) => name);
  const insert = `insert or ignore into outbox (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`;
  return rows.reduce((count, row) => count + store.run(insert, ...names.map((name) => row[name] ?? null)), 0);
}
