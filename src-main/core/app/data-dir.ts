import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../platform/errors.ts';

/** Is there a process of this id? A signal of 0 asks without touching it. */
function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Makes the data directory (0700) and takes it for this process, since only one process may open the embedded database.
 * Returns the function that gives it back. AppError `conflict` when another console has it.
 */
export async function claimDataDir(dataDir: string): Promise<() => Promise<void>> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, 'console.lock');
  for (let attempt = 0; ; attempt++) {
    try {
      const lock = await open(path, 'wx', 0o600);
      await lock.write(String(process.pid));
      await lock.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const pid = Number(await readFile(path, 'utf8').catch(() => ''));
      if (attempt > 0 || (pid > 0 && pid !== process.pid && alive(pid))) {
        throw new AppError(
          'conflict',
          `Another console (process ${pid}) works in ${dataDir}. Close it, or give another folder with --data-dir.`,
        );
      }
      // Left behind by a process that was killed.
      await rm(path, { force: true });
    }
  }
}
