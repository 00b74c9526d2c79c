import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { takeSecret } from '../core/app/secrets.ts';
import { type KeyStore, keyFile } from '../core/keys/key-file.ts';
import { AppError } from '../core/platform/errors.ts';
import { ask, askSecretly } from './ask.ts';
import { defaultDataDir } from './default-data-dir.ts';

export interface CommonOptions {
  file: string;
  dataDir: string;
  withKeys: boolean;
  databaseUrl: string | null;
  /** The owner of a central schema, who alone can restore into it. */
  ownerUrl: string | null;
}

/** The command line that both commands have. Ends the process on a bad flag. */
export function commandOf(name: string, description: string, withKeys: string): Command {
  return new Command(name)
    .description(description)
    .argument('<file>', 'the backup, as in /mnt/backups/2026-11-29.backup')
    .option(
      '--data-dir <folder>',
      'data directory of the console; DATABASE_URL names a central database',
      process.env.CONSOLE_DATA_DIR || defaultDataDir(),
    )
    .option('--with-keys', withKeys, false);
}

export function commonOptions(command: Command): CommonOptions {
  const { dataDir, withKeys } = command.opts<{ dataDir: string; withKeys: boolean }>();
  return {
    file: resolve(command.args[0] as string),
    dataDir: resolve(dataDir),
    withKeys,
    databaseUrl: process.env.DATABASE_URL || null,
    ownerUrl: takeSecret('DATABASE_OWNER_URL', process.env),
  };
}

/** Where the key of this console is, and what seals it. Null without `--with-keys`. */
export async function keysOf({
  dataDir,
  withKeys,
}: CommonOptions): Promise<{ store: KeyStore; passphrase: string } | null> {
  if (!withKeys) return null;
  const path = process.env.CONSOLE_KEY_FILE || join(dataDir, 'keys', 'console-key.json');
  const passphrase =
    takeSecret('CONSOLE_BACKUP_PASSPHRASE', process.env) ??
    (await askSecretly(
      'Passphrase for the keys in the backup: ',
      'Give the passphrase of the keys as CONSOLE_BACKUP_PASSPHRASE or CONSOLE_BACKUP_PASSPHRASE_FILE.',
    ));
  if (passphrase.length < 12) throw new AppError('validation-failed', 'The passphrase needs at least 12 characters.');
  return { store: keyFile(path), passphrase };
}

/** Runs a command; what a person can act on is said without a stack. */
export async function runCommand(work: () => Promise<void>): Promise<never> {
  try {
    await work();
    process.exit(0);
  } catch (error) {
    console.error(error instanceof AppError ? error.message : error);
    process.exit(1);
  }
}

/** Whether a person wants to go on. AppError where nobody can be asked. */
export async function mayGoOn(question: string, instead: string): Promise<boolean> {
  return /^y(es)?$/i.test(await ask(`${question} [y/N] `, instead));
}

/** Shows how far it is, on a terminal, at most five times a second. */
export function progressLine(): { show(text: string): void; end(): void } {
  const { stdout } = process;
  let shownAt = 0;
  return {
    show(text) {
      if (!stdout.isTTY || performance.now() - shownAt < 200) return;
      shownAt = performance.now();
      stdout.write(`\r\u001b[K${text}`);
    },
    end: () => void (stdout.isTTY && stdout.write('\r\u001b[K')),
  };
}
