import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sql from 'sql-template-tag';
import { expect, it } from 'vitest';
import { connectionConfig } from './connection.ts';
import { openDatabase } from './database.ts';
import { replaceFolder, startEmbedded } from './embedded.ts';
import { preparedEngine } from './prepared-engine.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');
const workerUrl = pathToFileURL(join(root, 'src-worker', 'embedded-database.ts'));

it('is started again at the same address after a crash, with everything that was committed, and tidies up after one that was killed', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'embedded-'));
  const reasons: string[] = [];
  // What a console on the same data left that was killed.
  const note = `${dataDir}.socket-folder`;
  const left = await mkdtemp(join(tmpdir(), 'tracker-console-'));
  await writeFile(note, left);
  const engine = await startEmbedded({
    workerUrl,
    dataDir,
    prepared: preparedEngine(root),
    onRestart: (reason) => reasons.push(reason),
  });
  const db = openDatabase({ engine: 'embedded', connection: connectionConfig(engine.connection), asOwner: true });
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

  expect(existsSync(left)).toBe(false);
  await db.close();
  await engine.close();
  for (const path of [dataDir, note]) await rm(path, { recursive: true });
}, 180_000);

it('removes no folder but one that a console made for its socket', async () => {
  const home = await mkdtemp(join(tmpdir(), 'embedded-'));
  const note = join(home, 'note');
  const made = (prefix: string, below = tmpdir()) => mkdtemp(join(below, prefix));
  const own = await made('tracker-console-');
  const [former, other, elsewhere] = [
    await made('tracker-console-'),
    await made('other-'),
    await made('tracker-console-', home),
  ];
  for (const named of [former, other, elsewhere, '']) {
    await writeFile(note, named);
    await replaceFolder(note, own);
    expect(await readFile(note, 'utf8')).toBe(own);
  }
  expect([former, other, elsewhere, own].map((path) => existsSync(path))).toEqual([false, true, true, true]);
  for (const path of [home, other, own]) await rm(path, { recursive: true });
});
