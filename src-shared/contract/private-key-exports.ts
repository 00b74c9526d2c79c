import { z } from 'zod';
import { id } from './common.ts';
import { downloadTicketSchema } from './download-tickets.ts';
import { password } from './key-protection.ts';
import { adminOnly } from './roles.ts';
import { json, route } from './route.ts';

/** Files that other Find My tools read (docs/find-my.md#files-of-other-tools). */
export const privateKeyFormats = [
  'keys',
  'haystack-devices',
  'findmy-keypair',
  'openhaystack-json',
  'openhaystack-plist',
] as const;
export type PrivateKeyFormat = (typeof privateKeyFormats)[number];

const MAX_CHOSEN_TRACKERS = 1000;

const scope = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('key-batch'), keyBatchId: id }),
  z.object({ kind: z.literal('production-run'), productionRunId: id }),
  /** Addresses in any common notation. */
  z.object({
    kind: z.literal('trackers'),
    macAddresses: z.array(z.string().max(100)).min(1).max(MAX_CHOSEN_TRACKERS),
  }),
]);
export type PrivateKeyScope = z.infer<typeof scope>;

const encryption = z.discriminatedUnion('kind', [
  /** The age format (age-encryption.org), encrypted with a passphrase. */
  z.object({ kind: z.literal('passphrase'), passphrase: z.string().min(12, 'Use at least 12 characters.').max(200) }),
  /** Readable by whoever gets the file. */
  z.object({
    kind: z.literal('none'),
    understood: z.literal(true, { error: 'Confirm that the file may be written without encryption.' }),
  }),
]);
export type PrivateKeyEncryption = z.infer<typeof encryption>;

export const privateKeyExportRoutes = {
  preparePrivateKeyExport: route({
    method: 'POST',
    path: '/private-key-exports',
    summary: 'Prepare a file of private keys for other Find My tools; fetched once by its ticket, straight to a file',
    tag: 'key-protection',
    access: adminOnly,
    body: json(z.object({ format: z.enum(privateKeyFormats), scope, encryption, password })),
    output: json(downloadTicketSchema.extend({ keyCount: z.number().int() })),
    status: 201,
    idempotent: false,
    audited: 'privateKeys.export',
    ownTransaction: true,
    reauthenticate: 'password',
    sessionOnly: true,
  }),
};
