import { restoreBackup } from '../core/app/backup/restore-backup.ts';
import { consolePaths } from '../core/app/paths.ts';
import { commandOf, commonOptions, keysOf, mayGoOn, progressLine, runCommand } from './backup-options.ts';

/** `npm run restore -- FILE`: a backup into the embedded database of a data directory, or into DATABASE_URL. */
const command = commandOf(
  'restore',
  'Restore a backup into the embedded database, or into the one of DATABASE_URL',
  'restore the key of the console too, with the passphrase that seals it in the backup',
).option('--yes', 'overwrite what stands there without asking', false);
command.parse();
const options = commonOptions(command);
const { yes } = command.opts<{ yes: boolean }>();

await runCommand(async () => {
  const line = progressLine();
  const restored = await restoreBackup(options.file, {
    dataDir: options.dataDir,
    databaseUrl: options.ownerUrl ?? options.databaseUrl,
    roles: process.env.DATABASE_ROLES || null,
    paths: consolePaths(),
    now: new Date(),
    keys: await keysOf(options),
    mayOverwrite: async (lines) => {
      console.log('There is a database already:');
      for (const each of lines) console.log(`  ${each}`);
      return yes || mayGoOn('Overwrite it?', 'Give --yes to overwrite it. Nothing was changed.');
    },
    onProgress: ({ table, rows, of }) => line.show(`${rows} of ${of} rows, now ${table} …`),
  }).finally(line.end);
  const { backup, rows, migrated, former, hasKeys, keysRestored } = restored;
  console.log(`Restored ${rows} rows of ${backup.madeAt}.`);
  if (migrated.length > 0) console.log(`The backup was older: ${migrated.length} migrations were applied.`);
  if (former !== null) console.log(`The former database is kept in ${former}. Delete it once all is well.`);
  if (keysRestored) console.log('The key of the console is in its place.');
  else if (hasKeys)
    console.log('The key of the console is in the backup and was left there: give --with-keys to restore it.');
  else
    console.log('A console without the key is enrolled with the passphrase of the recovery kit (CONSOLE_PASSPHRASE).');
  console.log('Everybody has to log in again. API tokens and roles are those of the backup: look through them.');
});
