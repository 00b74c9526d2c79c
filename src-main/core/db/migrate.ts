import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { AppError } from '../errors.ts';

/** Any number from our own; it only has to be the same in every console that migrates the same database. */
const ADVISORY_LOCK = 7_240_224;
/** A network that swallows packets must not keep a console from starting with what it has. */
const CONNECT_MS = 5_000;

/**
 * Applies `NNNN_name.sql` files in order, each in a transaction of its own, under an advisory lock, so that any
 * number of consoles may start at once. Returns the names applied now. Throws AppError `conflict` when an applied
 * file was changed afterwards, or when the database is newer than this console.
 */
export async function migrate(connection: pg.ClientConfig, folder: string): Promise<string[]> {
  const files = (await readdir(folder)).filter((name) => /^\d{4}_.*\.sql$/.test(name)).sort();
  const client = new pg.Client({ connectionTimeoutMillis: CONNECT_MS, ...connection });
  await client.connect();
  try {
    await client.query(`select pg_advisory_lock(${ADVISORY_LOCK})`);
    await client.query(
      `create table if not exists schema_migrations (
         name text primary key, sha256 text not null, applied_at timestamptz not null default now())`,
    );
    const { rows } = await client.query<{ name: string; sha256: string }>('select name, sha256 from schema_migrations');
    const applied = new Map(rows.map((row) => [row.name, row.sha256]));
    const unknown = [...applied.keys()].filter((name) => !files.includes(name));
    if (unknown.length > 0) {
      throw new AppError(
        'conflict',
        `The database is newer than this console (it has ${unknown.join(', ')}). Update the console.`,
      );
    }
    const done: string[] = [];
    for (const name of files) {
      const text = await readFile(join(folder, name), 'utf8');
      const sha256 = createHash('sha256').update(text).digest('hex');
      const before = applied.get(name);
      if (before === sha256) continue;
      if (before)
        throw new AppError('conflict', `Migration ${name} was changed after it was applied. Add a new one instead.`);
      await applyOne(client, name, text, sha256);
      done.push(name);
    }
    return done;
  } finally {
    await client.query('select pg_advisory_unlock($1)', [ADVISORY_LOCK]).catch(() => undefined);
    await client.end();
  }
}

async function applyOne(client: pg.Client, name: string, text: string, sha256: string): Promise<void> {
  await client.query('begin');
  try {
    await client.query(text);
    await client.query('insert into schema_migrations (name, sha256) values ($1, $2)', [name, sha256]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new Error(`migration ${name} failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
