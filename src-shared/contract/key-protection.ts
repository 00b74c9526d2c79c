import { z } from 'zod';
import { id, instant } from './common.ts';
import { downloadTicketSchema } from './download-tickets.ts';
import { jobSchema } from './jobs.ts';
import { adminOnly, operators } from './roles.ts';
import { file, json, nothing, route } from './route.ts';

const keyStates = ['ready', 'not-enrolled', 'locked'] as const;

const keyProtectionSchema = z.object({
  state: z.enum(keyStates),
  /** Where this console keeps its key: a path, or the name of a keychain. */
  where: z.string(),
  /** Why a stored key is not used. */
  problem: z.string().nullable(),
  /** The key-encryption key in use, and how many data keys it wraps. */
  key: z.object({ id, createdAt: instant, dataKeys: z.number().int() }).nullable(),
  /** The job that is rotating the key or changing the passphrase. */
  changingJobId: id.nullable(),
  /** How many jobs are waiting for the keys. */
  waitingJobs: z.number().int(),
  /** A recovery kit that is still on this machine. Only administrators are told. */
  recoveryKit: z.object({ path: z.string(), createdAt: instant }).nullable(),
});
export type KeyProtection = z.infer<typeof keyProtectionSchema>;

/** The password of the person who asks, sent with the request itself. */
export const password = z.string().min(1).max(200);
/** Null has the console make one, which only the recovery kit shows. */
const newPassphrase = z.string().min(12, 'Use at least 12 characters.').max(200).nullable();

export const keyProtectionRoutes = {
  getKeyProtection: route({
    method: 'GET',
    path: '/key-protection',
    summary: 'Whether this console holds the key that protects private keys, and what is under way',
    tag: 'key-protection',
    access: operators,
    output: json(keyProtectionSchema),
    status: 200,
    idempotent: true,
    audited: null,
    ownTransaction: true,
  }),
  enrolConsole: route({
    method: 'POST',
    path: '/key-protection/enrolment',
    summary: 'Enrol this console with the passphrase of the recovery kit',
    tag: 'key-protection',
    access: adminOnly,
    body: json(z.object({ passphrase: z.string().min(1).max(200), password })),
    output: json(keyProtectionSchema),
    status: 200,
    idempotent: true,
    audited: 'keys.enrol',
    ownTransaction: true,
    reauthenticate: 'password',
    sessionOnly: true,
  }),
  lockKeys: route({
    method: 'POST',
    path: '/key-protection/lock',
    summary: 'Drop the keys of this console from memory; jobs that need them wait',
    tag: 'key-protection',
    access: operators,
    output: json(keyProtectionSchema),
    status: 200,
    idempotent: true,
    audited: 'keys.lock',
    ownTransaction: true,
    sessionOnly: true,
  }),
  unlockKeys: route({
    method: 'POST',
    path: '/key-protection/unlock',
    summary: 'Read the key again from where this console keeps it',
    tag: 'key-protection',
    access: operators,
    body: json(z.object({ password })),
    output: json(keyProtectionSchema),
    status: 200,
    idempotent: true,
    audited: 'keys.unlock',
    ownTransaction: true,
    reauthenticate: 'password',
    sessionOnly: true,
  }),
  rotateKey: route({
    method: 'POST',
    path: '/key-protection/rotation',
    summary: 'Replace the key-encryption key; every other console must be enrolled again',
    tag: 'key-protection',
    access: adminOnly,
    body: json(z.object({ passphrase: newPassphrase.default(null), password })),
    output: json(jobSchema),
    status: 202,
    idempotent: false,
    audited: 'keys.rotate',
    ownTransaction: true,
    reauthenticate: 'password',
    sessionOnly: true,
  }),
  changePassphrase: route({
    method: 'POST',
    path: '/key-protection/passphrase',
    summary: 'Protect the key by another passphrase; enrolled consoles go on as they are',
    tag: 'key-protection',
    access: adminOnly,
    body: json(z.object({ passphrase: newPassphrase.default(null), password })),
    output: json(jobSchema),
    status: 202,
    idempotent: false,
    audited: 'keys.change-passphrase',
    ownTransaction: true,
    reauthenticate: 'password',
    sessionOnly: true,
  }),
  prepareRecoveryKit: route({
    method: 'POST',
    path: '/key-protection/recovery-kit-downloads',
    summary: 'Prepare the download of the recovery kit that still lies on this machine',
    tag: 'key-protection',
    access: adminOnly,
    body: json(z.object({ password })),
    output: json(downloadTicketSchema),
    status: 201,
    idempotent: false,
    audited: 'keys.recovery-kit',
    ownTransaction: true,
    reauthenticate: 'password',
    sessionOnly: true,
  }),
  deleteRecoveryKit: route({
    method: 'DELETE',
    path: '/key-protection/recovery-kit',
    summary: 'Delete the recovery kit from this machine, once it is printed',
    tag: 'key-protection',
    access: adminOnly,
    output: nothing,
    status: 204,
    idempotent: true,
    audited: 'keys.recovery-kit-delete',
    ownTransaction: true,
    sessionOnly: true,
  }),
  fetchDownload: route({
    method: 'GET',
    path: '/protected-downloads/{ticket}',
    summary: 'The file of a download ticket, once',
    tag: 'key-protection',
    access: adminOnly,
    params: z.object({ ticket: z.string().regex(/^[A-Za-z0-9_-]{43}$/) }),
    output: file(
      'application/octet-stream',
      'text/plain',
      'application/json',
      'application/x-tar',
      'application/x-plist',
    ),
    status: 200,
    idempotent: false,
    audited: 'protected-download.fetch',
    ownTransaction: true,
    sessionOnly: true,
  }),
};
