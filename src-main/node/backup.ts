import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { type BackupOptions, makeBackup } from '../core/app/backup/make-backup.ts';
import { claimDataDir } from '../core/app/data-dir.ts';
import { consolePaths } from '../core/app/paths.ts';
import { addAnchors, anchorsIn } from '../core/audit/anchors.ts';
import { checkBackup } from '../core/platform/backup/read-backup.ts';
import type { DatabaseConnection } from '../core/platform/db/connection.ts';
import { runningEmbedded, startEmbedded } from '../core/platform/db/embedded.ts';
import { preparedEngine } from '../core/platform/db/prepared-engine.ts';
import { AppError } from '../core/platform/errors.ts';
import { type CommonOptions, commandOf, commonOptions, keysOf, progressLine, runCommand } from './backup-options.ts';

/** `npm run backup -- FILE`: the database of this console, running or not, as one file. */
const command = commandOf(
  'backup',
  'Back up the database to a file',
  'put the key of this console into the backup, sealed with a passphrase of its own',
)
  .option('--force', 'replace a file that is there', false)
  .option(
    '--check',
    'only check a backup, and hand the anchors of its audit log to the verifier of this console',
    false,
  );
command.parse();
const options = commonOptions(command);
const { force, check } = command.opts<{ force: boolean; check: boolean }>();

await runCommand(() => (check ? checkOnly(options) : backUp(options)));

async function checkOnly({ file, dataDir }: CommonOptions): Promise<void> {
  const { header, end, keys } = await checkBackup(file);
  const rows = Object.values(end.rows).reduce((sum, count) => sum + count, 0);
  console.log(`The backup is complete: ${rows} rows of ${header.madeAt}, made by version ${header.version}.`);
  console.log(keys === null ? 'It holds no keys.' : 'It holds the key of its console, sealed with a passphrase.');
  const added = await addAnchors(dataDir, anchorsIn(header.anchors));
  console.log(`It has ${header.anchors.length} anchors of the audit log; ${added} were new to this console.`);
}

async function backUp(common: CommonOptions): Promise<void> {
  if (!force && (await stat(common.file).catch(() => null)) !== null)
    throw new AppError('conflict', `${common.file} is there already. Choose another name, or give --force.`);
  const { connection, close } = await databaseOf(common);
  const line = progressLine();
  try {
    const begun = performance.now();
    const written = await makeBackup(common.file, {
      connection,
      dataDir: common.dataDir,
      version: consolePaths().version,
      now: new Date(),
      log: pino({ level: 'silent' }),
      by: 'command',
      keys: await keysOf(common),
      onProgress: ({ table, rows }) => line.show(`${rows} rows, now ${table} …`),
    } satisfies BackupOptions);
    line.end();
    const seconds = (performance.now() - begun) / 1000;
    console.log(
      `Backed up to ${common.file}: ${written.rows} rows, ${megabytes(written.bytes)}, in ${seconds.toFixed(1)} s.`,
    );
    if (!common.withKeys)
      console.log('The keys are not in it: keep the recovery kit, without which private keys can’t be opened again.');
  } finally {
    line.end();
    await close();
  }
}

/** A declaration: the command runs before the rest of this file. */
function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** The central database, the embedded one of a running console, or that of one that isn't running. */
async function databaseOf({ dataDir, databaseUrl }: CommonOptions): Promise<{
  connection: DatabaseConnection;
  close: () => Promise<void>;
}> {
  const nothing = async () => undefined;
  if (databaseUrl !== null) return { connection: { engine: 'postgresql', url: databaseUrl }, close: nothing };
  const folder = join(dataDir, 'database');
  if ((await stat(join(folder, 'PG_VERSION')).catch(() => null)) === null)
    throw new AppError(
      'not-found',
      `There is no database in ${dataDir}. Give the console’s folder with --data-dir, or DATABASE_URL.`,
    );
  try {
    const giveBack = await claimDataDir(dataDir);
    const paths = consolePaths();
    const engine = await startEmbedded({
      workerUrl: paths.worker('embedded-database'),
      dataDir: folder,
      prepared: preparedEngine(paths.root),
    });
    return {
      connection: engine.connection,
      close: async () => {
        await engine.close();
        await rm(`${folder}.socket-folder`, { force: true });
        await giveBack();
      },
    };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'conflict') throw error;
    const running = await runningEmbedded(folder);
    if (running === null) throw error;
    console.log('The console is running on its embedded database: it holds back all other work while this copies.');
    return { connection: running, close: nothing };
  }
}
