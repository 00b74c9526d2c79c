import { mkdtemp, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import pg from 'pg';
import { expect, it } from 'vitest';
import { rollBackLost } from './lost-connections.ts';
import { serialised } from './serialised.ts';

const MOST = 16;
const AT_ONCE = 6;

it('gives back the places of connections that are lost at any moment of a transaction', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lost-'));
  const database = serialised(await PGlite.create());
  const server = new PGLiteSocketServer({ db: database, path: join(folder, '.s.PGSQL.5432'), maxConnections: MOST });
  rollBackLost(server, database);
  await server.start();
  const connected = async () => {
    const client = new pg.Client({ host: folder, user: 'postgres', database: 'postgres' });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  await database.exec('create table written (round int)');
  // More rounds than places: one that is kept in each would be missing in the end.
  for (let round = 0; round < 3 * MOST; round++) {
    const clients = await Promise.all(Array.from({ length: AT_ONCE }, connected));
    const working = clients.map(async (client) => {
      for (;;) {
        await client.query('begin; set local lock_timeout = 5000');
        await client.query('insert into written values ($1)', [round]);
        await client.query('commit');
      }
    });
    await sleep(round % 16);
    for (const client of clients) (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
    await Promise.allSettled(working);
  }
  const last = await connected();
  expect((await last.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await last.end();
  await server.stop();
  await database.close();
  await rm(folder, { recursive: true });
}, 120_000);
