import { adminOnly, operators, type Role } from './roles.ts';

export const jobKinds = [
  'key-generation',
  'manufacturer-export',
  'webhook-delivery',
  'manufactured-device-import',
  'tracker-import',
  'refold',
  'fence-preview',
  'fence-check',
  'status-rules-preview',
  'key-rotation',
  'passphrase-change',
  'report-stamping',
] as const;
export type JobKind = (typeof jobKinds)[number];
/** The roles that may start a job of a kind, by the routes that do; of one that starts by itself, who may cancel it. */
const starters: Record<JobKind, readonly Role[]> = {
  'key-generation': operators,
  'manufacturer-export': operators,
  'webhook-delivery': operators,
  'manufactured-device-import': operators,
  'tracker-import': operators,
  refold: operators,
  'fence-preview': operators,
  'fence-check': operators,
  'status-rules-preview': operators,
  'key-rotation': adminOnly,
  'passphrase-change': adminOnly,
  'report-stamping': adminOnly,
};
/** Whether somebody may cancel a job: whoever may start one of its kind, or who started this one. */
export const mayCancel = (
  job: { kind: JobKind; createdBy: string | null },
  who: { role: string; username: string },
): boolean => (starters[job.kind] as readonly string[]).includes(who.role) || job.createdBy === who.username;

/** Kinds that need the keys. They wait while a console is locked or not enrolled. */
export const keyJobKinds: readonly JobKind[] = ['key-generation', 'tracker-import', 'key-rotation'];
