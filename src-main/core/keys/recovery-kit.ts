import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writePrivateFile } from './key-file.ts';

export interface RecoveryKitContent {
  /** Null when a person chose the passphrase: that one is not written down. */
  passphrase: string | null;
  consoleName: string;
  createdAt: Date;
}

/** The page to print and lock away when a key-encryption key is made. */
export function recoveryKit({ passphrase, consoleName, createdAt }: RecoveryKitContent): string {
  const secret =
    passphrase ?? '(the passphrase that was chosen when the keys were set up; it is not written down here)';
  return [
    'RECOVERY KIT - TRACKER LIFECYCLE CONSOLE',
    '',
    `Made by console:  ${consoleName}`,
    `Made at:          ${createdAt.toISOString()}`,
    '',
    'Passphrase:',
    '',
    `    ${secret}`,
    '',
    'What it is for',
    '  The private keys of all trackers are stored encrypted. This passphrase opens them on a console that does not',
    '  hold the key yet: a new workstation, a server that was set up again, a database restored from a backup.',
    '  Enter it where the console says that it is not enrolled.',
    '',
    'What to do now',
    '  1. Print this page, and keep it where you keep other valuables; a second copy in another building.',
    '  2. Delete this file. The console works without it.',
    '',
    'Whoever has this passphrase and the database can locate every tracker. If it and every enrolled console are lost,',
    'location reports can no longer be decrypted, and nobody can restore the keys.',
    '',
  ].join('\n');
}

const KIT = /^recovery-kit-\d+(-\d+)?\.txt$/;

/** Kits lie beside the key file, until a person has printed and deleted them. */
export const recoveryKitPath = (dataDir: string, name: string): string => join(dataDir, 'keys', name);

export interface RecoveryKitFile {
  name: string;
  path: string;
  createdAt: Date;
}

/** Writes the kit for a new key or passphrase. Returns its name; kits of earlier ones stay until `keepOnlyKit`. */
export async function writeRecoveryKit(dataDir: string, kekId: number, content: RecoveryKitContent): Promise<string> {
  const name = `recovery-kit-${kekId}-${content.createdAt.getTime()}.txt`;
  await writePrivateFile(recoveryKitPath(dataDir, name), recoveryKit(content));
  return name;
}

/** The kits that still lie on this machine, newest first. */
export async function findRecoveryKits(dataDir: string): Promise<RecoveryKitFile[]> {
  const names = await readdir(join(dataDir, 'keys')).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const kits = await Promise.all(
    names
      .filter((name) => KIT.test(name))
      .map(async (name) => {
        const path = recoveryKitPath(dataDir, name);
        return { name, path, createdAt: (await stat(path)).mtime };
      }),
  );
  return kits.sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
}

export const readRecoveryKit = (kit: RecoveryKitFile): Promise<string> => readFile(kit.path, 'utf8');

export async function deleteRecoveryKit(dataDir: string, name: string): Promise<void> {
  if (KIT.test(name)) await rm(recoveryKitPath(dataDir, name), { force: true });
}

/** Deletes the kits of former passphrases, which open nothing any more. */
export async function keepOnlyKit(dataDir: string, name: string): Promise<void> {
  for (const kit of await findRecoveryKits(dataDir)) if (kit.name !== name) await deleteRecoveryKit(dataDir, kit.name);
}
