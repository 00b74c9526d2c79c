import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pino } from 'pino';
import sql from 'sql-template-tag';
import { makeBackup } from '../../src-main/core/app/backup/make-backup.ts';
import { restoreBackup } from '../../src-main/core/app/backup/restore-backup.ts';
import { checkBackup } from '../../src-main/core/platform/backup/read-backup.ts';
import { insertRun, insertTrackers } from '../../src-main/core/testing/company.ts';
import { testEngines } from '../../src-main/core/testing/database.ts';
import { type Figure, more } from './figure.ts';

const TRACKERS = 10_000;
const REPORTS = Number(process.env.BENCH_REPORTS ?? 500_000);
const root = join(import.meta.dirname, '..', '..');

/** Rows a second of a backup, its check and a restore into the same kind of database, against counting the same rows by SQL. */
export async function figures(): Promise<Figure[]> {
  const all: Figure[] = [];
  for (const engine of testEngines()) {
    const source = await engine.create();
    const dataDir = await mkdtemp(join(tmpdir(), 'backup-bench-'));
    const file = join(dataDir, 'of-the.bench.backup');
    try {
      await insertRun(source.db, 'Bench', '2020-01-01', '2099-01-01');
      await insertTrackers(source.db, { count: TRACKERS });
      await source.db.query(sql`select ensure_location_report_partitions('2026-10-01', '2026-11-30')`);
      await source.db.query(sql`
        insert into location_reports (tracker_id, reported_at, payload_hash, position, received_at, confidence)
        select 1 + n % ${TRACKERS}, '2026-10-01T00:00:00Z'::timestamptz + n * interval '10 seconds', sha256(n::text::bytea),
          st_setsrid(st_makepoint(n % 180, 47.1), 4326), '2026-11-29T00:00:00Z', 1
        from generate_series(1, ${REPORTS}::int) n`);
      const counting = await seconds(() =>
        source.db.query(sql`
        select md5(string_agg(md5(r::text), '')) from location_reports r`),
      );
      const rows = REPORTS + TRACKERS;
      const baseline = { name: 'a sum over the text of all reports, in SQL', value: REPORTS / counting };
      const rate = (name: string, taken: number) =>
        all.push(more(`${name}, ${engine.name}`, 'rows/s', rows / taken, baseline));
      const options = { connection: source.connection, dataDir, version: '0', now: new Date(), by: 'command' } as const;
      rate('backup', await seconds(() => makeBackup(file, { ...options, log: pino({ level: 'silent' }), keys: null })));
      rate('check of a backup', await seconds(() => checkBackup(file)));
      const { size } = await stat(file);
      all.push(more(`rows in a MB of backup, ${engine.name}`, 'rows/MB', rows / (size / 1e6), baseline));
      const target = engine.name === 'postgresql' ? await engine.create() : null;
      await target?.db.close();
      const worker = (name: string) => pathToFileURL(join(root, 'src-worker', `${name}.ts`));
      const restoring = seconds(() =>
        restoreBackup(file, {
          dataDir: join(dataDir, 'restored'),
          databaseUrl: target?.connection.engine === 'postgresql' ? target.connection.url : null,
          paths: { root, migrations: join(root, 'migrations'), worker },
          now: new Date(),
          keys: null,
          mayOverwrite: async () => true,
        }),
      );
      rate('restore, with the start of the engine where it is embedded', await restoring);
      await target?.close().catch(() => undefined);
    } finally {
      await source.close();
      await rm(dataDir, { recursive: true, force: true });
    }
  }
  return all;
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}
