import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { loadBackup, migrationsAfter } from '../../src-main/core/platform/backup/load-backup.ts';
import { checkBackup } from '../../src-main/core/platform/backup/read-backup.ts';
import { connectionConfig } from '../../src-main/core/platform/db/connection.ts';
import { withClient } from '../../src-main/core/platform/db/with-client.ts';
import { mischarted, missilent } from '../../src-main/core/testing/charts.ts';
import { testConsole } from '../../src-main/core/testing/console.ts';
import { miscounted } from '../../src-main/core/testing/counts.ts';
import { testEngines } from '../../src-main/core/testing/database.ts';
import { readSchema } from '../schema/read-schema.ts';
import { type Seen, whatIsSeen } from './seen.ts';

const versions = join(import.meta.dirname, 'versions');
const migrations = join(import.meta.dirname, '..', '..', 'migrations');
const names = (await readdir(versions)).filter((name) => name.endsWith('.backup')).map((name) => name.slice(0, -7));

interface Stored {
  at: string;
  seen: Seen;
}
const storedOf = async (name: string): Promise<Stored> =>
  JSON.parse(gunzipSync(await readFile(join(versions, `${name}.seen.json.gz`))).toString('utf8'));

interface Row {
  cells: unknown[];
}
/** Later versions may show more columns, after those that there were. */
const withFormerColumns = (rows: readonly Row[], before: readonly Row[]) =>
  rows.map((row, at) => ({ ...row, cells: row.cells.slice(0, before[at]?.cells.length) }));

describe.each(testEngines())('an upgrade on $name', ({ create }) => {
  it.each(names)(
    'shows people the same as version %s did',
    async (name) => {
      const test = await create();
      const schema = await readSchema(connectionConfig(test.connection));
      const file = join(versions, `${name}.backup`);
      const backup = await checkBackup(file);
      await withClient(connectionConfig(test.connection), (client) =>
        loadBackup(client, file, backup, { migrations, after: async () => undefined }),
      );
      const { at, seen } = await storedOf(name);
      // The keys of the data are not here: a console that isn't enrolled shows the same.
      const dataDir = await mkdtemp(join(tmpdir(), 'upgrade-test-'));
      const app = await testConsole(test, { dataDir });
      try {
        app.clock.now = new Date(at);
        // Once what the migrations left to jobs is done.
        const present = () => readSchema(connectionConfig(test.connection));
        await expect.poll(present, { timeout: 120_000, interval: 500 }).toBe(schema);
        const token = await app.signIn('admin');
        const now = await whatIsSeen(async (path) => {
          const answer = await app.send('GET', path, { as: token });
          if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
          return answer.body;
        });
        expect(Object.keys(seen.history).length).toBeGreaterThan(10);
        now.deliveries = withFormerColumns(now.deliveries as Row[], seen.deliveries as Row[]);
        for (const [what, before] of Object.entries(seen))
          expect([what, now[what as keyof Seen]]).toEqual([what, before]);
        expect(await miscounted(test.db)).toEqual([]);
        expect(await mischarted(test.db, new Date(at))).toEqual([]);
        expect(await missilent(test.db, new Date(at))).toEqual([]);
      } finally {
        await app.close();
        await rm(dataDir, { recursive: true, force: true });
      }
    },
    300_000,
  );
});

it('has data of versions that differ', async () => {
  expect(names.length).toBeGreaterThan(1);
  const later = await Promise.all(
    names.map(
      async (name) => migrationsAfter(migrations, (await checkBackup(join(versions, `${name}.backup`))).header).length,
    ),
  );
  expect(Math.max(...later)).toBeGreaterThan(10);
});
