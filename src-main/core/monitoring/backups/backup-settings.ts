import {
  type BackupSettings,
  type BackupState,
  backupSettingsSchema,
  backupStateSchema,
} from '../../../../src-shared/contract/backups.ts';
import type { Queryable } from '../../platform/db/queryable.ts';
import { readSetting, readVersionedSetting, writeSetting } from '../../platform/db/settings-store.ts';

/** Keys of `settings`: what people chose, and what became of it. */
const KEY = 'backups';
const STATE_KEY = 'backup-state';

export const readBackupSettings = (db: Queryable): Promise<BackupSettings & { version: number }> =>
  readVersionedSetting(db, KEY, backupSettingsSchema);
export const writeBackupSettings = (db: Queryable, change: object, now: Date): Promise<void> =>
  writeSetting(db, KEY, change, now);

export const readBackupState = (db: Queryable): Promise<BackupState> => readSetting(db, STATE_KEY, backupStateSchema);
export const noteBackup = (db: Queryable, change: Partial<BackupState>, now: Date): Promise<void> =>
  writeSetting(db, STATE_KEY, change, now);
