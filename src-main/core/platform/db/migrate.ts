import type pg from 'pg';
import { AppError } from '../errors.ts';
import { type MigrationFile, missingMigrations } from './migration-files.ts';
import { DEFAULT_PREFIX, grantToService, migrationText, withRoles } from './roles.ts';
import { withClient } from './with-client.ts';

/** An arbitrary number; it only has to be the same in every console that migrates the same database. */
const ADVISORY_LOCK = 7_240_224;

/** A network that swallows packets must not keep a console from starting with what it has. */
const CONNECT_MS = 8_000;

/**
 * Applies `NNNN_name.sql` files in order, each in a transaction of its own under an advisory lock, so that any number of
 * consoles may start at once, and then gives the service role what it lacks. Returns the names applied now. `prefix`
 * begins the names of roles where no migration was applied yet. Throws AppError `conflict` when the files don't fit what
 * the database has (`missingMigrations`), when it has roles of another prefix, and when the role of the connection may
 * not apply what is missing; nothing was applied then.
 */
export function migrate(connection: pg.ClientConfig, folder: string, prefix: string | null = null): Promise<string[]> {
  return withClient({ connectionTimeoutMillis: CONNECT_MS, ...connection }, (client) =>
    migrateBy(client, folder, prefix),
  );
}

async function migrateBy(client: pg.Client, folder: string, wanted: string | null): Promise<string[]> {
  const missing = missingMigrations(folder, await readApplied(client), { database: 'The database' });
  const prefix = await readPrefix(client, wanted);
  if (missing.length > 0) await mustOwn(client, missing.length);
  const applied: string[] = [];
  for (const file of missing) {
    if (await applyOne(client, file, prefix)) applied.push(file.name);
  }
  await inTransaction(client, 'giving the service role its rights', () => giveRights(client, prefix));
  return applied;
}

/** What was applied already: name to SHA-256. */
async function readApplied(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ there: boolean }>(
    `select to_regclass('public.schema_migrations') is not null as there`,
  );
  if (!rows[0]!.there) return new Map();
  const { rows: known } = await client.query<{ name: string; sha256: string }>(
    'select name, sha256 from public.schema_migrations',
  );
  return new Map(known.map((row) => [row.name, row.sha256]));
}

/** The database keeps the names of its roles in a function; before that one was made they had the usual names. */
export async function readPrefix(client: pg.Client, wanted: string | null): Promise<string> {
  const { rows } = await client.query<{ began: boolean; named: boolean }>(
    `select to_regclass('public.clients') is not null as began, to_regproc('public.console_role') is not null as named`,
  );
  const { began, named } = rows[0]!;
  if (!began) return wanted ?? DEFAULT_PREFIX;
  const { rows: role } = named
    ? await client.query<{ name: string }>(`select public.console_role('user') as name`)
    : { rows: [] };
  const prefix = role[0]?.name.replace(/_user$/, '') ?? DEFAULT_PREFIX;
  if (wanted === null || wanted === prefix) return prefix;
  throw new AppError(
    'conflict',
    `DATABASE_ROLES is ${wanted}, but the roles of this database begin with ${prefix}. Leave DATABASE_ROLES out.`,
  );
}

/** Who migrates owns the schema, or may make one. */
async function mustOwn(client: pg.Client, missing: number): Promise<void> {
  const { rows } = await client.query<{ may: boolean; role: string }>(`
    select current_user as role, coalesce(
      (select pg_has_role(relowner, 'usage') from pg_class where oid = to_regclass('public.schema_migrations')),
      has_schema_privilege('public', 'create')) as may`);
  const { may, role } = rows[0]!;
  if (may) return;
  const count = missing === 1 ? 'one migration' : `${missing} migrations`;
  throw new AppError(
    'conflict',
    `The database lacks ${count} of this version, and the role ${role} of DATABASE_URL does not own its schema. ` +
      'Run `npm run migrate` with DATABASE_OWNER_URL, or start one console with it.',
  );
}

/** Keeps every console from migrating the database until the end of this transaction. */
export const holdMigrations = (client: pg.Client) => client.query(`select pg_advisory_xact_lock(${ADVISORY_LOCK})`);

/** Makes the table of what was applied, where it is missing. */
export const createJournal = (client: pg.Client) =>
  client.query(
    `create table if not exists schema_migrations (
       name text primary key, sha256 text not null, applied_at timestamptz not null default now())`,
  );

/** Applies one file and notes it, in whatever transaction there is. */
export async function applyMigration(
  client: pg.Client,
  { name, text, sha256 }: MigrationFile,
  prefix: string,
): Promise<void> {
  await client.query(migrationText(text, prefix));
  await client.query('insert into schema_migrations (name, sha256) values ($1, $2)', [name, sha256]);
}

/** Gives the service role what it lacks, in whatever transaction there is. */
export const giveRights = (client: pg.Client, prefix: string) => client.query(withRoles(grantToService, prefix));

/** False when another console was first. */
async function applyOne(client: pg.Client, file: MigrationFile, prefix: string): Promise<boolean> {
  const { name } = file;
  return inTransaction(client, `migration ${name}`, async () => {
    // Held to the end of the transaction: a pooler may give the next one another connection.
    await holdMigrations(client);
    await createJournal(client);
    const { rowCount } = await client.query('select from schema_migrations where name = $1', [name]);
    if (rowCount === 1) return false;
    await applyMigration(client, file, prefix);
    return true;
  });
}

async function inTransaction<T>(client: pg.Client, what: string, work: () => Promise<T>): Promise<T> {
  await client.query('begin; set local role none');
  try {
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    // A connection that is gone has rolled back already.
    await client.query('rollback').catch(() => undefined);
    throw new Error(`${what} failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
