import { z } from 'zod';
import { version } from './common.ts';
import { adminOnly, staff } from './roles.ts';
import { json, route } from './route.ts';

const everyHours = z.int().min(1).max(168);
const atHour = z.int().min(0).max(23).nullable();
const keep = z.int().min(1).max(365);

/** How backups are made by themselves. Fields that are not stored, or not as they should be, have their defaults. */
export const backupSettingsSchema = z.object({
  enabled: z.boolean().catch(false),
  everyHours: everyHours.catch(24),
  /** The hour of the day, by the clock of the console that makes it; only where they are whole days apart. Null for any. */
  atHour: atHour.catch(2),
  /** How many stay in the folder. */
  keep: keep.catch(14),
});
export type BackupSettings = z.infer<typeof backupSettingsSchema>;

const change = z.object({ enabled: z.boolean(), everyHours, atHour, keep } satisfies Record<
  keyof BackupSettings,
  z.ZodType
>);

const made = z.object({
  at: z.iso.datetime(),
  /** The console that made it, and its folder there. */
  console: z.string(),
  file: z.string(),
  rows: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
});
const failed = z.object({ at: z.iso.datetime(), console: z.string(), why: z.string() });
/** What became of those that were made by themselves. */
export const backupStateSchema = z.object({ made: made.nullable().catch(null), failed: failed.nullable().catch(null) });
export type BackupState = z.infer<typeof backupStateSchema>;

export const backupRoutes = {
  getBackups: route({
    method: 'GET',
    path: '/backups',
    tag: 'system',
    access: staff,
    summary: 'How backups are made by themselves, the last one, the last failure, and when the next is due',
    output: json(
      change.extend({
        version,
        made: made.nullable(),
        /** Null once a later one succeeded. */
        failed: failed.nullable(),
        nextAt: z.iso.datetime().nullable(),
        overdue: z.boolean(),
        /** Where this console would put one. */
        folder: z.string(),
      }),
    ),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  updateBackupSettings: route({
    method: 'PATCH',
    path: '/backups',
    tag: 'system',
    access: adminOnly,
    summary: 'Change how often backups are made by themselves, and how many are kept',
    body: json(change.partial().refine((body) => Object.keys(body).length > 0, 'Give at least one field to change.')),
    output: json(change.extend({ version })),
    status: 200,
    idempotent: true,
    audited: 'backup-settings.update',
    versioned: { record: 'settings/backups' },
  }),
};
