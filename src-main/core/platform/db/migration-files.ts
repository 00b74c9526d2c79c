import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../errors.ts';

export interface MigrationFile {
  name: string;
  text: string;
  sha256: string;
}

/**
 * The `NNNN_name.sql` files of a folder that a database doesn't have yet, in order. `applied` maps the names of those
 * it has to their SHA-256; in messages `database` begins a sentence and `path` stands before a file's name. Throws
 * AppError `conflict`, before anything is run, when two files have the same number, an applied file was changed, a new
 * file sorts below an applied one, or the database is newer than this console.
 */
export function missingMigrations(
  folder: string,
  applied: ReadonlyMap<string, string>,
  { database, path = '' }: { database: string; path?: string },
): MigrationFile[] {
  const files = readdirSync(folder)
    .filter((name) => /^\d{4}_.*\.sql$/.test(name))
    .sort()
    .map((name): MigrationFile => {
      const text = readFileSync(join(folder, name), 'utf8');
      return { name, text, sha256: createHash('sha256').update(text).digest('hex') };
    });
  const unknown = [...applied.keys()].filter((name) => !files.some((file) => file.name === name));
  if (unknown.length > 0) {
    throw new AppError(
      'conflict',
      `${database} is newer than this console (it has ${unknown.join(', ')}). Update the console.`,
    );
  }
  const newest = [...applied.keys()].sort().at(-1) ?? '';
  for (const [index, { name, sha256 }] of files.entries()) {
    const before = files[index - 1]?.name;
    if (before?.slice(0, 4) === name.slice(0, 4)) {
      throw new AppError(
        'conflict',
        `Migrations ${path}${before} and ${path}${name} have the same number. Give the later one a number of its own, above all others.`,
      );
    }
    const known = applied.get(name);
    if (known !== undefined && known !== sha256)
      throw new AppError(
        'conflict',
        `Migration ${path}${name} was changed after it was applied. Add a new one instead.`,
      );
    // Run late, it would meet a schema that it was not written for, and leave one that no new database has.
    if (known === undefined && name < newest) {
      throw new AppError(
        'conflict',
        `${database} has migration ${path}${newest} already, but not ${path}${name}, which comes before it. Nothing was applied. ` +
          `Rename the file to a number above ${newest.slice(0, 4)}.`,
      );
    }
  }
  return files.filter(({ name }) => !applied.has(name));
}
