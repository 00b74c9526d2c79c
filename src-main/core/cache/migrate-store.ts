import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type Sqlite from 'better-sqlite3';
import { AppError } from '../errors.ts';

/**
 * Applies the files of `migrations/sqlite` in order, each in a transaction. AppError `conflict` when an applied file
 * was changed since, or the store is of a newer console.
 */
export function migrateStore(db: Sqlite.Database, folder: string): void {
  db.exec('create table if not exists migrations (name text primary key, sha256 text not null) strict, without rowid');
  const files = readdirSync(folder)
    .filter((name) => /^\d{4}_.*\.sql$/.test(name))
    .sort();
  const rows = db.prepare<[], { name: string; sha256: string }>('select name, sha256 from migrations').all();
  const applied = new Map(rows.map((row) => [row.name, row.sha256]));
  const unknown = [...applied.keys()].filter((name) => !files.includes(name));
  if (unknown.length > 0) {
    throw new AppError(
      'conflict',
      `The store of this workstation is newer than this console (it has ${unknown.join(', ')}). Update the console.`,
    );
  }
  for (const name of files) {
    const text = readFileSync(join(folder, name), 'utf8');
    const sha256 = createHash('sha256').update(text).digest('hex');
    const before = applied.get(name);
    if (before === sha256) continue;
    if (before !== undefined)
      throw new AppError('conflict', `Migration sqlite/${name} was changed after it was applied. Add a new one.`);
    db.transaction(() => {
      db.exec(text);
      db.prepare('insert into migrations (name, sha256) values (?, ?)').run(name, sha256);
    })();
  }
}
