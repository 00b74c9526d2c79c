import { z } from 'zod';
import { differenceActions, differenceCounts } from './box-differences.ts';
import { id, idText, instant, page, pageQuery, version } from './common.ts';
import { scanResultSchema } from './customer-orders.ts';
import { adminOnly, everyone, floor } from './roles.ts';
import { json, route } from './route.ts';

/** The central database answers (`online`) or doesn't (`offline`), or the outbox is being sent (`catching-up`). */
const linkStates = ['online', 'catching-up', 'offline'] as const;
export const outboxStates = ['waiting', 'conflict', 'done', 'settled'] as const;
/** As of a box; `dismiss` in what former versions stored. */
const settlementActions = [...differenceActions, 'dismiss'] as const;

/** What a scanner adds before and after each code. It is removed before the code is read. Empty for none. */
const scannerSchema = z.object({ prefix: z.string().max(20), suffix: z.string().max(20) });
export type ScannerSettings = z.infer<typeof scannerSchema>;

/**
 * A client's user is told of the connection only: counts are 0 and lists are empty, since the copy, what waits and the
 * files of this machine are the company's.
 */
const workstationSchema = z.object({
  link: z.enum(linkStates),
  since: instant,
  /** False with the embedded database, which is always within reach. */
  keepsCopy: z.boolean(),
  lastContactAt: instant.nullable(),
  /** When the copy of orders and devices was last brought up to date. */
  copiedAt: instant.nullable(),
  copyComplete: z.boolean(),
  devices: z.number().int(),
  orders: z.number().int(),
  outbox: z.object({
    waiting: z.number().int(),
    oldestAt: instant.nullable(),
    oldestSeconds: z.number().int().nullable(),
    conflicts: z.number().int(),
  }),
  /** Where boxes and orders of the whole company differ, as far as this workstation knows. */
  differences: differenceCounts,
  /** How far the central clock is ahead of this workstation's; 0 when they differ by 30 seconds or less. */
  clockOffsetMs: z.number(),
  /** For how many days a person may sign in here without the central database. */
  signInDays: z.number().int(),
  /** Why the outbox can't be sent; null when it can. */
  problem: z.string().nullable(),
  storeBytes: z.number().int(),
  damagedFiles: z.array(
    z.object({ id, path: z.string(), foundAt: instant, rescued: z.number().int(), complete: z.boolean() }),
  ),
  scanner: scannerSchema,
});
export type WorkstationState = z.infer<typeof workstationSchema>;

const outboxEntrySchema = z.object({
  id,
  mutationId: z.string(),
  kind: z.enum(['scan', 'undo']),
  state: z.enum(outboxStates),
  orderId: id,
  orderNumber: z.string(),
  scanned: z.string(),
  macAddress: z.string().nullable(),
  by: z.string(),
  /** When the person acted, by the corrected clock. */
  at: instant,
  /** What the person was told. */
  told: scanResultSchema,
  /** What the central database answered: a result, or why it refused. */
  central: z.object({ result: scanResultSchema.nullable(), refusal: z.string().nullable() }).nullable(),
  attempts: z.number().int(),
  lastError: z.string().nullable(),
  settlement: z.object({ action: z.enum(settlementActions), by: z.string(), at: instant, note: z.string() }).nullable(),
});
export type OutboxEntry = z.infer<typeof outboxEntrySchema>;

const offlineSettings = z.object({ version, signInDays: z.number().int() });
const ok = z.object({ ok: z.literal(true) });

export const workstationRoutes = {
  getWorkstation: route({
    method: 'GET',
    path: '/workstation',
    summary: 'This workstation: its connection to the central database, its copy, and what waits to be sent',
    tag: 'workstation',
    access: everyone,
    output: json(workstationSchema),
    status: 200,
    idempotent: true,
    audited: null,
    ownTransaction: true,
  }),
  updateWorkstation: route({
    method: 'PATCH',
    path: '/workstation',
    summary: 'Set what the scanner of this workstation puts around each code',
    tag: 'workstation',
    access: floor,
    body: json(z.object({ scanner: scannerSchema })),
    output: json(ok),
    status: 200,
    idempotent: true,
    audited: 'workstation.update',
    ownTransaction: true,
  }),
  acknowledgeDamagedFile: route({
    method: 'POST',
    path: '/workstation/damaged-files/{damagedFileId}/acknowledgement',
    summary: 'Confirm that a damaged file has been dealt with; the file stays where it is',
    tag: 'workstation',
    access: floor,
    params: z.object({ damagedFileId: idText }),
    output: json(ok),
    status: 200,
    idempotent: true,
    audited: 'workstation.damage-seen',
    ownTransaction: true,
  }),
  getOfflineSettings: route({
    method: 'GET',
    path: '/workstation/offline-settings',
    summary: 'For how many days people may log in without the central database, on every workstation',
    tag: 'workstation',
    access: adminOnly,
    output: json(offlineSettings),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  updateOfflineSettings: route({
    method: 'PATCH',
    path: '/workstation/offline-settings',
    summary: 'Set, for every workstation, how many days a person may log in without the central database',
    tag: 'workstation',
    access: adminOnly,
    body: json(z.object({ signInDays: z.number().int().min(0).max(90) })),
    output: json(offlineSettings),
    status: 200,
    idempotent: true,
    audited: 'offline-settings.update',
    ownTransaction: true,
    versioned: { record: 'settings/offline' },
  }),
  listOutboxEntries: route({
    method: 'GET',
    path: '/workstation/outbox',
    summary: 'What was done here without the central database: waiting, in conflict, sent or settled',
    tag: 'workstation',
    access: floor,
    query: pageQuery.extend({ state: z.enum(outboxStates).default('waiting') }),
    output: json(page(outboxEntrySchema)),
    status: 200,
    idempotent: true,
    audited: null,
    ownTransaction: true,
  }),
};
