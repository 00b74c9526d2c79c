import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sql from 'sql-template-tag';
import { expect, it } from 'vitest';
import { connectionConfig } from './connection.ts';
import { openDatabase } from './database.ts';
import { startEmbedded } from './embedded.ts';
import { preparedEngine } from './prepared-engine.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');

it('is started again at the same address after a crash, with everything that was committed', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'embedded-'));
  const reasons: string[] = [];
  const engine = await startEmbedded({
    workerUrl: pathToFileURL(join(root, 'src-worker', 'embedded-database.ts')),
    dataDir,
    prepared: preparedEngine(root),
    onRestart: (reason) => reasons.push(reason),
  });
  const db = openDatabase({ engine: 'embedded', connection: connectionConfig(engine.connection) });
  await db.query(sql`create table kept (value integer)`);
  await db.query(sql`insert into kept values (7)`);

  engine.crash();
  const values = () =>
    db.query<{ value: number }>(sql`select value from kept`).then(
      ({ rows }) => rows,
      () => 'unreachable',
    );
  await expect.poll(values, { timeout: 30_000, interval: 200 }).toEqual([{ value: 7 }]);
  expect(reasons).toHaveLength(1);

  await db.close();
  await engine.close();
  await rm(dataDir, { recursive: true });
}, 60_000);
