import { randomUUID } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type pg from 'pg';
import { connectionConfig } from '../../src-main/core/platform/db/connection.ts';
import { type EmbeddedDatabase, startEmbedded } from '../../src-main/core/platform/db/embedded.ts';
import { migrate } from '../../src-main/core/platform/db/migrate.ts';
import { preparedEngine } from '../../src-main/core/platform/db/prepared-engine.ts';
import { withClient } from '../../src-main/core/platform/db/with-client.ts';
import { catalogStatement, emptyTables, removeNewTables } from './empty-database.ts';

interface Migrated {
  engine: EmbeddedDatabase;
  /** What the migrations leave behind. */
  catalog: string;
  settings: string;
}

/** More would only hold memory: no more test files run at once. */
const MOST_IDLE = 3;

/**
 * Lends migrated, empty embedded databases to the processes of a test run. An engine costs seconds of work to start and a
 * fraction of a second to empty, so files that follow one another share it. Whoever connects to `address` is told the
 * folder of an engine's socket in one line, and holds the engine until the connection ends, however the process ends.
 */
export async function keepEngines(root: string): Promise<{ address: string; close(): Promise<void> }> {
  const idle: Migrated[] = [];
  const emptying = new Set<Promise<void>>();
  const all = new Set<EmbeddedDatabase>();
  const borrowers = new Set<Socket>();
  let closing = false;

  async function start(): Promise<Migrated> {
    const engine = await startEmbedded({
      workerUrl: pathToFileURL(join(root, 'src-worker', 'embedded-database.ts')),
      dataDir: null,
      prepared: preparedEngine(root),
    });
    all.add(engine);
    await migrate(connectionConfig(engine.connection), join(root, 'migrations'));
    return connected(engine, async (client) => ({
      engine,
      catalog: await catalogOf(client),
      settings: (await client.query<{ rows: string }>('select json_agg(s)::text as rows from settings s')).rows[0]!
        .rows,
    }));
  }

  /** The file that follows asks at once, when its engine is about to be empty: that takes less than to start another. */
  async function lend(): Promise<Migrated> {
    for (;;) {
      const empty = idle.pop();
      if (empty) return empty;
      if (emptying.size === 0) return start();
      await Promise.race(emptying).catch(() => undefined);
    }
  }

  async function takeBack(migrated: Migrated): Promise<void> {
    const usable = !closing && idle.length < MOST_IDLE && (await emptied(migrated).catch(() => false));
    if (usable && !closing) idle.push(migrated);
    else await drop(migrated.engine);
  }

  async function drop(engine: EmbeddedDatabase): Promise<void> {
    if (all.delete(engine)) await engine.close();
  }

  const server = createServer((socket) => {
    borrowers.add(socket);
    // A process that is killed resets the connection; that gives the engine back like any other end.
    socket.on('error', () => undefined);
    const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    void (async () => {
      const migrated = await lend();
      const { connection } = migrated.engine;
      if (connection.engine === 'embedded') socket.write(`${connection.socketFolder}\n`);
      await ended;
      borrowers.delete(socket);
      const done = takeBack(migrated);
      emptying.add(done);
      await done.finally(() => emptying.delete(done));
    })().catch((error: unknown) => socket.destroy(error as Error));
    socket.resume();
  });
  const name = `test-engines-${randomUUID()}`;
  const address = process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
  await new Promise<void>((resolve) => server.listen(address, resolve));
  return {
    address,
    async close() {
      closing = true;
      server.close();
      for (const socket of borrowers) socket.destroy();
      await Promise.all([...all].map(drop));
    },
  };
}

/** Brings the database back to what the migrations left; false when a test changed more than rows and new tables. */
function emptied({ engine, catalog, settings }: Migrated): Promise<boolean> {
  return connected(engine, async (client) => {
    await client.query('discard all');
    await client.query(removeNewTables(JSON.parse(catalog).tables));
    if ((await catalogOf(client)) !== catalog) return false;
    await client.query(emptyTables);
    await client.query('insert into settings select * from json_populate_recordset(null::settings, $1)', [settings]);
    // The log of what was written stays in memory until a checkpoint.
    await client.query('checkpoint');
    return true;
  });
}

const catalogOf = async (client: pg.Client): Promise<string> =>
  (await client.query<{ catalog: string }>(catalogStatement)).rows[0]!.catalog;

/** A connection that a test left in mid-transaction would have the others wait for ever. */
const connected = <T>({ connection }: EmbeddedDatabase, work: (client: pg.Client) => Promise<T>): Promise<T> =>
  withClient({ ...connectionConfig(connection), query_timeout: 30_000 }, work);
