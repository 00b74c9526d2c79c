import type pg from 'pg';
import { type MigrationFile, missingMigrations } from './migration-files.ts';
import { withClient } from './with-client.ts';

/** An arbitrary number; it only has to be the same in every console that migrates the same database. */
const ADVISORY_LOCK = 7_240_224;
/** A network that swallows packets must not keep a console from starting with what it has. */
const CONNECT_MS = 5_000;

/**
 * Applies `NNNN_name.sql` files in order, each in a transaction of its own, under an advisory lock, so that any number
 * of consoles may start at once. Returns the names applied now. Throws AppError `conflict` when the files don't fit
 * what the database has (`missingMigrations`); nothing was applied then.
 */
export function migrate(connection: pg.ClientConfig, folder: string): Promise<string[]> {
  return withClient({ connectionTimeoutMillis: CONNECT_MS, ...connection }, (client) => migrateBy(client, folder));
}

async function migrateBy(client: pg.Client, folder: string): Promise<string[]> {
  try {
    await client.query(`select pg_advisory_lock(${ADVISORY_LOCK})`);
    await client.query(
      `create table if not exists schema_migrations (
         name text primary key, sha256 text not null, applied_at timestamptz not null default now())`,
    );
    const { rows } = await client.query<{ name: string; sha256: string }>('select name, sha256 from schema_migrations');
    const applied = new Map(rows.map((row) => [row.name, row.sha256]));
    const missing = missingMigrations(folder, applied, { database: 'The database' });
    for (const file of missing) await applyOne(client, file);
    return missing.map(({ name }) => name);
  } finally {
    await client.query('select pg_advisory_unlock($1)', [ADVISORY_LOCK]).catch(() => undefined);
  }
}

async function applyOne(client: pg.Client, { name, text, sha256 }: MigrationFile): Promise<void> {
  await client.query('begin');
  try {
    await client.query(text);
    await client.query('insert into schema_migrations (name, sha256) values ($1, $2)', [name, sha256]);
    await client.query('commit');
  } catch (error) {
    // A connection that is gone has rolled back already.
    await client.query('rollback').catch(() => undefined);
    throw new Error(`migration ${name} failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
