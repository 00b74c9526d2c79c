import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../platform/errors.ts';
import { holdFile } from './data-dir-lock-store.ts';

/** Makes the data directory (0700). AppError `validation-failed` where it can’t be made. */
export async function makeDataDir(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    throw new AppError(
      'validation-failed',
      `The data folder ${dataDir} can’t be made (${error.code}). Choose another with --data-dir or CONSOLE_DATA_DIR.`,
      { cause: error },
    );
  });
}

/**
 * Makes the data directory and takes it for this process, since only one process may open the embedded database.
 * Returns the function that gives it back. AppError `conflict` when another console has it.
 */
export async function claimDataDir(dataDir: string): Promise<() => Promise<void>> {
  await makeDataDir(dataDir);
  const path = join(dataDir, 'console.lock.db');
  const giveBack = holdFile(path);
  if (!giveBack)
    throw new AppError(
      'conflict',
      `Another console works in ${dataDir}. Close it, or give another folder with --data-dir.`,
    );
  await chmod(path, 0o600);
  // The lock of former versions, which told a process by its number.
  await rm(join(dataDir, 'console.lock'), { force: true });
  return async () => giveBack();
}
