import type pg from 'pg';
import { applyMigration, createJournal, giveRights, holdMigrations, readPrefix } from '../db/migrate.ts';
import { missingMigrations } from '../db/migration-files.ts';
import { type BackupHeader, unusable } from './backup-format.ts';
import {
  beginWriting,
  dropOwnObjects,
  emptyTables,
  guards,
  makePartition,
  placeSequence,
  type StoredTable,
  storedTables,
} from './catalog-store.ts';
import { arrayOf } from './copy-text.ts';
import { type CheckedBackup, tablesOf } from './read-backup.ts';
import type { Progress } from './write-backup.ts';

/** So much goes to the server at once. */
const MOST_BYTES = 1024 * 1024;
const MOST_ROWS = 2_000;

/**
 * What this console would still have to apply to the backup. AppError `conflict` with a sentence when the backup was made
 * by a newer console, or by one whose migrations are not this one's.
 */
export const migrationsAfter = (folder: string, header: BackupHeader) =>
  missingMigrations(folder, new Map(header.migrations.map(({ name, sha256 }) => [name, sha256])), {
    database: 'The backup',
  });

/**
 * Replaces all that a database holds by what a checked backup holds, in one transaction: whatever fails leaves it as it
 * was. The schema is that of the migrations that the backup had; those that came since are applied afterwards, in the same
 * transaction. `after` may change what was restored before it counts.
 */
export async function loadBackup(
  client: pg.Client,
  path: string,
  { header, end }: CheckedBackup,
  options: {
    migrations: string;
    /** What the names of roles begin with in a database that has none yet; `console` for null. */
    roles?: string | null;
    /** The database was just made by this console: where the migrations are those of the backup, its schema serves. */
    isFresh?: boolean;
    after: (client: pg.Client) => Promise<void>;
    onProgress?: (progress: Progress) => void;
  },
): Promise<{ rows: number; migrated: string[] }> {
  const later = migrationsAfter(options.migrations, header);
  const names = new Set(later.map(({ name }) => name));
  const all = missingMigrations(options.migrations, new Map(), { database: 'The database' });
  const prefix = await readPrefix(client, options.roles ?? null);
  await beginWriting(client);
  try {
    await holdMigrations(client);
    if (!(options.isFresh && later.length === 0)) {
      await dropOwnObjects(client);
      await createJournal(client);
      for (const file of all.filter(({ name }) => !names.has(name))) await applyMigration(client, file, prefix);
    }
    const rows = await loadTables(client, path, { header, end }, options.onProgress);
    for (const file of later) {
      // What a migration leaves to be checked at the end would keep the next one from changing the table.
      await client.query('set constraints all immediate');
      await applyMigration(client, file, prefix);
    }
    await giveRights(client, prefix);
    await client.query('set constraints all immediate');
    await options.after(client);
    await client.query('commit');
    return { rows, migrated: later.map(({ name }) => name) };
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

async function loadTables(
  client: pg.Client,
  path: string,
  { header, end }: Pick<CheckedBackup, 'header' | 'end'>,
  onProgress: (progress: Progress) => void = () => undefined,
): Promise<number> {
  for (const partition of header.partitions) await makePartition(client, partition);
  const tables = new Map((await storedTables(client)).map((table) => [table.name, table]));
  const { off, on } = await guards(client);
  for (const statement of off) await client.query(statement);
  await emptyTables(client, [...tables.keys()]);
  const loaded: Record<string, number> = {};
  let total = 0;
  for await (const part of tablesOf(path)) {
    const table = tables.get(part.table);
    if (table === undefined || table.columns.join() !== part.columns.join())
      throw unusable(`The backup has a table ${part.table} that does not match its version.`);
    onProgress({ table: part.table, rows: total });
    for (const rows of batches(part.rows)) await insert(client, table, rows);
    loaded[part.table] = (loaded[part.table] ?? 0) + part.rows.length;
    total += part.rows.length;
  }
  for (const [name, count] of Object.entries(end.rows))
    if ((loaded[name] ?? 0) !== count)
      throw unusable(`The backup should have ${count} rows of ${name}, but has a different number.`);
  for (const [name, place] of Object.entries(end.sequences)) await placeSequence(client, name, place);
  for (const statement of on) await client.query(statement);
  return total;
}

function* batches(rows: readonly Buffer[]): Generator<Buffer[]> {
  let batch: Buffer[] = [];
  let bytes = 0;
  for (const row of rows) {
    batch.push(row);
    bytes += row.length;
    if (bytes < MOST_BYTES && batch.length < MOST_ROWS) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}

async function insert(client: pg.Client, table: StoredTable, rows: readonly Buffer[]): Promise<void> {
  const cells = rows.map((row) => row.toString('utf8').split('\t'));
  if (cells.some((row) => row.length !== table.columns.length))
    throw unusable(`Some rows of ${table.name} in the backup are incomplete.`);
  await client.query({
    text: table.insert,
    values: table.columns.map((_column, at) => arrayOf(cells, at)),
  });
}
