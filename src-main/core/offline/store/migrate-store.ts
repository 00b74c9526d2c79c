import type Sqlite from 'better-sqlite3';
import { missingMigrations } from '../../platform/db/migration-files.ts';

/**
 * Applies the files of `migrations/sqlite` in order, each in a transaction. Throws AppError `conflict` when the files
 * don't fit what the store has (`missingMigrations`); nothing was applied then.
 */
export function migrateStore(db: Sqlite.Database, folder: string): void {
  db.exec('create table if not exists migrations (name text primary key, sha256 text not null) strict, without rowid');
  const rows = db.prepare<[], { name: string; sha256: string }>('select name, sha256 from migrations').all();
  const applied = new Map(rows.map((row) => [row.name, row.sha256]));
  const words = { database: 'The store of this workstation', path: 'sqlite/' };
  for (const { name, text, sha256 } of missingMigrations(folder, applied, words)) {
    db.transaction(() => {
      db.exec(text);
      db.prepare('insert into migrations (name, sha256) values (?, ?)').run(name, sha256);
    })();
  }
}
