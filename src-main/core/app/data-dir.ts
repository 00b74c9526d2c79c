import { existsSync } from 'node:fs';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../platform/errors.ts';
import { holdFile } from './data-dir-lock-store.ts';

/** Beside the lock while its holder stops. One that a crash left says nothing: the lock is free then. */
const STOPPING = 'console.stopping';
/** A stop in order takes a few seconds, with work in hand some more. */
const LEAVES_WITHIN_MS = 20_000;
const LOOK_MS = 100;

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
 * Waits for one that
 * is stopping. Returns the function that gives it back. AppError `conflict` when another console has it.
 */
export async function claimDataDir(dataDir: string): Promise<() => Promise<void>> {
  await makeDataDir(dataDir);
  const path = join(dataDir, 'console.lock.db');
  const leaving = join(dataDir, STOPPING);
  let giveBack = holdFile(path);
  // A start just after a stop: the former needs a moment to put its things away.
  for (const deadline = performance.now() + LEAVES_WITHIN_MS; !giveBack && performance.now() < deadline; ) {
    if (!existsSync(leaving)) break;
    await sleep(LOOK_MS);
    giveBack = holdFile(path);
  }
  if (!giveBack)
    throw new AppError(
      'conflict',
      `Another console works in ${dataDir}. Close it, or give another folder with --data-dir.`,
    );
  await chmod(path, 0o600);
  // The lock of former versions, which told a process by its number.
  await rm(join(dataDir, 'console.lock'), { force: true });
  await rm(leaving, { force: true });
  const held = giveBack;
  return async () => {
    await rm(leaving, { force: true });
    held();
  };
}

/** Says to whoever starts next that this console is about to give the folder back. */
export async function announceStop(dataDir: string): Promise<void> {
  await writeFile(join(dataDir, STOPPING), '').catch(() => undefined);
}
