import { readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import { backupHealth } from '../../monitoring/backups/backup-schedule.ts';
import { noteBackup, readBackupSettings, readBackupState } from '../../monitoring/backups/backup-settings.ts';
import type { WrittenBackup } from '../../platform/backup/write-backup.ts';
import { takeTurn } from '../../platform/db/housekeeping-store.ts';
import { type Database, systemScope } from '../../platform/db/queryable.ts';
import { readSetting } from '../../platform/db/settings-store.ts';
import { toAppError } from '../../platform/db/sqlstate.ts';
import { AppError } from '../../platform/errors.ts';

/** Writes a backup to a file; null when another console is at it. */
export type BackUp = (path: string, now: Date) => Promise<WrittenBackup | null>;

/** One that failed is tried again so long after. */
const TRY_AGAIN_MS = 10 * 60_000;
/** The console that made the last one makes the next, unless it is away for so long. */
const OTHERS_WAIT_MS = 30 * 60_000;

/**
 * Makes a backup if one is due and no other console makes it, and drops the oldest beyond those that are kept. True when
 * one was made. Never rejects: what fails is noted for people, and tried again.
 */
export async function backUpWhenDue(deps: {
  db: Database;
  folder: string;
  backUp: BackUp;
  log: Logger;
  now: () => Date;
  /** This console's name; the machine's unless a test has several. */
  name?: string;
}): Promise<boolean> {
  const { db, folder, log, name = hostname() } = deps;
  try {
    const now = deps.now();
    const settings = await readBackupSettings(db);
    const state = await readBackupState(db);
    const { nextAt } = backupHealth(settings, state, now);
    if (nextAt === null || now < nextAt) return false;
    const isMine = state.made === null || state.made.console === name;
    if (!isMine && now.getTime() < nextAt.getTime() + OTHERS_WAIT_MS) return false;
    if (!(await db.transaction(systemScope, (tx) => takeTurn(tx, 'a backup', TRY_AGAIN_MS)))) return false;
    const prefix = `console-${(await installationOf(db)).slice(0, 8)}-`;
    const file = join(folder, `${prefix}${now.toISOString().replace(/:/g, '-').slice(0, 19)}Z.backup`);
    try {
      const written = await deps.backUp(file, now);
      if (written === null) return false;
      const { rows, bytes } = written;
      await noteBackup(db, { made: { at: now.toISOString(), console: name, file, rows, bytes } }, now);
      log.info({ file, rows, bytes }, 'a backup was made');
    } catch (error) {
      const known = toAppError(error);
      const why = known instanceof AppError ? known.message : String(error);
      log.error({ err: error, file }, 'the backup failed');
      await noteBackup(db, { failed: { at: now.toISOString(), console: name, why } }, now);
      return false;
    }
    await dropOldest(folder, prefix, settings.keep);
    return true;
  } catch (error) {
    log.warn({ err: error }, 'backups wait');
    return false;
  }
}

const installation = z.object({ id: z.string().catch('') });
const installationOf = async (db: Database) => (await readSetting(db, 'installation', installation)).id;

/** Of this database's: several may share a folder. Names sort by time. Parts are left by consoles that were killed. */
async function dropOldest(folder: string, prefix: string, keep: number): Promise<void> {
  const names = (await readdir(folder)).sort();
  const whole = names.filter((name) => name.startsWith(prefix) && name.endsWith('.backup'));
  const parts = names.filter((name) => name.startsWith(`.${prefix}`) && name.endsWith('.part'));
  for (const name of [...whole.slice(0, -keep), ...parts]) await rm(join(folder, name), { force: true });
}
