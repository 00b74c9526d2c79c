import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type Sqlite from 'better-sqlite3';
import { isDamage } from './damage.ts';
import { insertDamagedFile } from './damaged-files-store.ts';
import { migrateStore } from './migrate-store.ts';
import { rescueOutbox } from './rescue-store.ts';
import { connect, makeShrinkable, type Store, storeOf } from './store.ts';

export const STORE_FILE = 'workstation.db';
/** SQLite's own files beside the main one. */
const parts = ['', '-wal', '-shm'];

export interface OpenedStore {
  store: Store;
  /** Where a damaged file was put, when this start found one. */
  setAside: string | null;
}

/**
 * Opens the workstation's store in `folder`, checked and migrated. A damaged file is renamed, never deleted; what its
 * outbox still gives is taken over into the new file, and a row of `damaged_files` says so until a person has seen it.
 */
export function openStore(folder: string, migrations: string, now: Date): OpenedStore {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, STORE_FILE);
  try {
    return { store: storeOf(openSound(path, migrations)), setAside: null };
  } catch (error) {
    if (!isDamage(error)) throw error;
    const setAside = moveAway(path, now);
    const db = openSound(path, migrations);
    const { rescued, complete } = rescueOutbox(db, setAside);
    const store = storeOf(db);
    const reason = error instanceof Error ? error.message : String(error);
    insertDamagedFile(store, { path: setAside, reason, foundAt: now.getTime(), rescued, complete });
    return { store, setAside };
  }
}

function openSound(path: string, migrations: string): Sqlite.Database {
  const db = connect(path);
  try {
    const verdict = db.pragma('quick_check(1)', { simple: true });
    if (verdict !== 'ok') throw Object.assign(new Error(String(verdict)), { code: 'SQLITE_CORRUPT' });
    migrateStore(db, migrations);
    makeShrinkable(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function moveAway(path: string, now: Date): string {
  const stamp = now.toISOString().replace(/[:.]/g, '-');
  let to = `${path}.damaged-${stamp}`;
  for (let n = 2; existsSync(to); n++) to = `${path}.damaged-${stamp}-${n}`;
  for (const part of parts) if (existsSync(path + part)) renameSync(path + part, to + part);
  return to;
}
