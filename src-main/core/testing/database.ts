import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type pg from 'pg';
import { connectionConfig, type DatabaseConnection } from '../platform/db/connection.ts';
import { openDatabase } from '../platform/db/database.ts';
import { startEmbedded } from '../platform/db/embedded.ts';
import { migrate } from '../platform/db/migrate.ts';
import { preparedEngine } from '../platform/db/prepared-engine.ts';
import type { Database } from '../platform/db/queryable.ts';
import { withClient } from '../platform/db/with-client.ts';
import { servers } from './servers.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const migrations = join(root, 'migrations');

export interface TestDatabase {
  db: Database;
  connection: DatabaseConnection;
  close(): Promise<void>;
}
export interface TestEngine {
  name: 'embedded' | 'postgresql';
  /** A migrated, empty database of its own; close it in `afterAll`. */
  create(): Promise<TestDatabase>;
}

const embedded: TestEngine = { name: 'embedded', create: createEmbedded };

/** TEST_ENGINES=postgresql leaves the embedded engine out, for quick runs while developing. CI runs both. */
const isServerOnly = process.env.TEST_ENGINES === 'postgresql' && process.env.CI_SERVICES === undefined;

/**
 * A real server only, for what the embedded engine can't show (concurrency, plans at volume); creating a database fails
 * where there is none.
 */
export const postgres: TestEngine = { name: 'postgresql', create: createReal };

const hasServer = () => servers.databaseUrl() !== null;

/**
 * The engines to run a repository or queue test against: `describe.each(testEngines())`. The embedded one always; real
 * PostgreSQL with PostGIS when TEST_DATABASE_URL names a server.
 */
export const testEngines = (): TestEngine[] => [
  ...(isServerOnly ? [] : [embedded]),
  ...(hasServer() || isServerOnly ? [postgres] : []),
];

/**
 * What plays the central database where a test cuts a console off from it (`startTcpProxy`): the real server, or the
 * embedded engine, which goes away just as well.
 */
export const centralEngine = (): TestEngine => (hasServer() ? postgres : embedded);

async function createEmbedded(): Promise<TestDatabase> {
  const engine = await borrowEngine();
  const db = openDatabase({ engine: 'embedded', connection: connectionConfig(engine.connection), asOwner: true });
  return {
    db,
    connection: engine.connection,
    async close() {
      await db.close();
      await engine.giveBack();
    },
  };
}

interface BorrowedEngine {
  connection: DatabaseConnection;
  giveBack(): Promise<void>;
}

/** From the keeper of the test run (`tools/testing/engine-keeper.ts`); one of its own where there is none, as in a bench. */
function borrowEngine(): Promise<BorrowedEngine> {
  const keeper = process.env.TEST_ENGINE_KEEPER;
  return keeper === undefined ? startEngine() : borrowFrom(keeper);
}

async function borrowFrom(keeper: string): Promise<BorrowedEngine> {
  const lease = connect(keeper);
  const socketFolder = await new Promise<string>((resolve, reject) => {
    lease.once('data', (line) => resolve(line.toString().trim()));
    lease.once('error', reject);
    lease.once('close', () => reject(new Error('the keeper of embedded engines could not start one')));
  });
  return {
    connection: { engine: 'embedded', socketFolder },
    giveBack: () => new Promise((resolve) => lease.once('close', resolve).end()),
  };
}

async function startEngine(): Promise<BorrowedEngine> {
  const engine = await startEmbedded({
    workerUrl: pathToFileURL(join(root, 'src-worker', 'embedded-database.ts')),
    dataDir: null,
    prepared: preparedEngine(root),
  });
  await migrate(connectionConfig(engine.connection), migrations);
  return { connection: engine.connection, giveBack: () => engine.close() };
}

const TEMPLATE_LOCK = 7_240_299;

/** The server of TEST_DATABASE_URL, and the address of each of its databases. */
function server() {
  const url = servers.databaseUrl();
  if (url === null) throw new Error('TEST_DATABASE_URL names no server');
  return {
    as: <T>(work: (admin: pg.Client) => Promise<T>) => withClient({ connectionString: url }, work),
    at: (database: string) => Object.assign(new URL(url), { pathname: `/${database}` }).href,
  };
}

/** Clones a migrated template, made once a server and set of migrations: cloning takes a fraction of migrating. */
async function createReal(): Promise<TestDatabase> {
  const { as, at } = server();
  const template = `tlc_template_${preparedEngine(root).snapshot.slice(-20, -4)}`;
  await as(async (admin) => {
    // The lock ends with the connection.
    await admin.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const { rowCount } = await admin.query('select from pg_database where datname = $1', [template]);
    if (rowCount !== 0) return;
    await admin.query(`create database ${template}_new`);
    await migrate({ connectionString: at(`${template}_new`) }, migrations);
    await admin.query(`alter database ${template}_new rename to ${template}`);
  });
  const { url, drop } = await cloneDatabase(template);
  const connection: DatabaseConnection = { engine: 'postgresql', url };
  const db = openDatabase({ engine: 'postgresql', connection: connectionConfig(connection) });
  return {
    db,
    connection,
    async close() {
      await db.close();
      await drop();
    },
  };
}

/** A copy of a database of the server, which nobody may be connected to. */
export async function cloneDatabase(template: string): Promise<{ url: string; drop(): Promise<void> }> {
  const { as, at } = server();
  const name = `tlc_test_${randomUUID().replaceAll('-', '')}`;
  await as((admin) => admin.query(`create database ${name} template ${template}`));
  return {
    url: at(name),
    drop: () => as(async (admin) => void (await admin.query(`drop database if exists ${name} with (force)`))),
  };
}
