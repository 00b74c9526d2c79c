import { changes } from '../../platform/db/conflicts.ts';
import type { Handlers } from '../../platform/http/handler.ts';
import { backupHealth, lastFailure } from './backup-schedule.ts';
import { readBackupSettings, readBackupState, writeBackupSettings } from './backup-settings.ts';

export const backupHandlers = ({ config }: { config: { readonly backupDir: string } }) =>
  ({
    async getBackups({ tx, now }) {
      const settings = await readBackupSettings(tx);
      const state = await readBackupState(tx);
      const { nextAt, overdue } = backupHealth(settings, state, now);
      return {
        ...settings,
        made: state.made,
        failed: lastFailure(state),
        nextAt: nextAt?.toISOString() ?? null,
        overdue,
        folder: config.backupDir,
      };
    },

    async updateBackupSettings(context, { body }) {
      const { tx, now } = context;
      const before = await readBackupSettings(tx);
      await writeBackupSettings(tx, body, now);
      const after = await readBackupSettings(tx);
      await context.audit({ resourceType: 'backup-settings', details: changes(before, after) });
      return after;
    },
  }) satisfies Partial<Handlers>;
