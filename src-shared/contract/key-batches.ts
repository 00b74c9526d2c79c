import { z } from 'zod';
import { firmwares } from '../domain/find-my/battery.ts';
import { MAX_KEYS_PER_DEVICE } from '../domain/find-my/keys.ts';
import { date, flag, id, instant, line, name, page, pageQuery, params, reference, sortsBy } from './common.ts';
import { importContentTypes, importQuery, MAX_IMPORT_BYTES, mixUpReason } from './device-imports.ts';
import { exportProfileSchema, manufacturerExportFormats } from './export-profile.ts';
import { jobSchema } from './jobs.ts';
import { operators, staff } from './roles.ts';
import { file, json, route } from './route.ts';

/** Keys of a batch, all its devices together. */
export const MAX_KEY_BATCH = 1_000_000;
const keyBatchStates = ['generating', 'ready', 'cancelled'] as const;

const keyBatchSchema = z.object({
  id,
  label: z.string(),
  state: z.enum(keyBatchStates),
  productionRun: reference.nullable(),
  /** Each device has as many keys. The counts are of devices. */
  keysPerDevice: z.number().int(),
  /** What the status byte of its trackers says of the battery; null where nobody said it for the batch. */
  firmware: z.enum(firmwares).nullable(),
  counts: z.object({
    requested: z.number().int(),
    generated: z.number().int(),
    exported: z.number().int(),
    manufactured: z.number().int(),
    allocated: z.number().int(),
    /** Exported, and not back yet. */
    missing: z.number().int(),
    /** Of these, those that the manufacturer promised for a day that is over (UTC). */
    overdue: z.number().int(),
    /** Came back in a file of this batch, with a key that is unknown or of another batch. */
    extra: z.number().int(),
  }),
  jobId: id.nullable(),
  /** Keys are missing and nobody makes them any more: the job was cancelled, or failed. */
  canStartAgain: z.boolean(),
  createdBy: z.string(),
  createdAt: instant,
});
export type KeyBatch = z.infer<typeof keyBatchSchema>;

export const manufacturerExportSchema = z.object({
  id,
  keyBatch: reference,
  manufacturer: reference.nullable(),
  format: z.enum(manufacturerExportFormats),
  /** The profile as it was when the export was made; null for the plain form of the format. */
  profile: exportProfileSchema.nullable(),
  recipient: z.string(),
  /** Devices in the file, each with `keysPerDevice` keys. */
  keyCount: z.number().int(),
  keysPerDevice: z.number().int(),
  /** How many of them have come back. */
  manufacturedCount: z.number().int(),
  sha256: z.string(),
  fileName: z.string(),
  exportedBy: z.string(),
  exportedAt: instant,
  /** The day by which its devices were promised; null where nobody said. */
  dueDate: date.nullable(),
  acknowledgedAt: instant.nullable(),
  acknowledgedBy: z.string().nullable(),
});
export type ManufacturerExport = z.infer<typeof manufacturerExportSchema>;

const unexpectedDeviceSchema = z.object({
  id,
  macAddress: z.string().nullable(),
  reason: z.enum(['unknown-key', 'unknown-serial', 'other-batch']),
  jobId: id,
  row: z.number().int(),
  foundAt: instant,
});
export type UnexpectedDevice = z.infer<typeof unexpectedDeviceSchema>;

export const keyBatchSorts = [
  ...sortsBy('label', 'state', 'requested', 'generated', 'exported', 'manufactured', 'allocated', 'missing', 'extra'),
  ...sortsBy('run', 'createdBy', 'createdAt'),
];

export const keyBatchRoutes = {
  listKeyBatches: route({
    method: 'GET',
    path: '/key-batches',
    summary: 'Key batches, newest first',
    tag: 'keys',
    access: staff,
    query: pageQuery.extend({ sort: z.enum(keyBatchSorts).default('-createdAt') }),
    output: json(page(keyBatchSchema)),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  createKeyBatch: route({
    method: 'POST',
    path: '/key-batches',
    summary: 'Generate a batch of P-224 key pairs, one or several a device',
    tag: 'keys',
    access: operators,
    body: json(
      z
        .object({
          /** Devices; with one key a device, also keys. */
          count: z.number().int().min(1).max(MAX_KEY_BATCH),
          keysPerDevice: z
            .number()
            .int()
            .min(1)
            .max(MAX_KEYS_PER_DEVICE, `A device has at most ${MAX_KEYS_PER_DEVICE} keys.`)
            .default(1),
          label: name,
          productionRunId: id.nullable().default(null),
          firmware: z.enum(firmwares).nullable().default(null),
        })
        .check(({ value: { count, keysPerDevice }, issues }) => {
          // More trackers than that are refused already.
          if (count * keysPerDevice <= MAX_KEY_BATCH || count > MAX_KEY_BATCH) return;
          const message = `A batch holds at most 1,000,000 keys, and these would be ${(count * keysPerDevice).toLocaleString('en')}. Make several batches instead.`;
          issues.push({ code: 'custom', path: ['count'], message, input: count });
        }),
    ),
    output: json(jobSchema),
    status: 202,
    idempotent: false,
    audited: 'keyBatch.create',
  }),
  restartKeyBatch: route({
    method: 'POST',
    path: '/key-batches/{keyBatchId}/generation',
    summary: 'Make the keys that a batch lacks whose generation was cancelled or failed',
    tag: 'keys',
    access: operators,
    params: params.keyBatch,
    output: json(jobSchema),
    status: 202,
    idempotent: false,
    audited: 'keyBatch.restart',
  }),
  getKeyBatch: route({
    method: 'GET',
    path: '/key-batches/{keyBatchId}',
    summary: 'One key batch with its funnel of counts',
    tag: 'keys',
    access: staff,
    params: params.keyBatch,
    output: json(keyBatchSchema),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  setBatchFirmware: route({
    method: 'POST',
    path: '/key-batches/{keyBatchId}/firmware',
    summary: 'Say which firmware the devices of a batch have; batteries that were read by another are forgotten',
    tag: 'keys',
    access: operators,
    params: params.keyBatch,
    body: json(z.object({ firmware: z.enum(firmwares).nullable() })),
    output: json(keyBatchSchema),
    status: 200,
    idempotent: true,
    audited: 'keyBatch.firmware',
  }),
  exportKeyBatch: route({
    method: 'GET',
    path: '/key-batches/{keyBatchId}/exports',
    tag: 'keys',
    summary: 'The public keys for the manufacturer as a file; recorded, and byte-identical when repeated',
    access: operators,
    params: params.keyBatch,
    query: z.object({
      format: z.enum(manufacturerExportFormats).default('csv'),
      recipient: line(0, 200).default(''),
    }),
    output: file('text/csv', 'application/json', 'application/x-tar'),
    status: 200,
    idempotent: true,
    audited: 'keyBatch.export',
    ownTransaction: true,
  }),
  createManufacturerExport: route({
    method: 'POST',
    path: '/key-batches/{keyBatchId}/manufacturer-exports',
    tag: 'keys',
    summary:
      'Make a key order: all keys of the batch, or the next that were not exported yet, as a manufacturer wants them',
    access: operators,
    params: params.keyBatch,
    body: json(
      z.object({
        /** The export uses its profile, and it may fetch the file with its token. */
        manufacturerId: id.nullable().default(null),
        /** Without a manufacturer: the plain form of this format. */
        format: z.enum(manufacturerExportFormats).default('csv'),
        recipient: line(0, 200).default(''),
        keys: z.enum(['all', 'next']).default('all'),
        /** The day by which the manufacturer promised the devices. */
        dueDate: date.nullable().default(null),
        /** With `next`: how many devices. Null takes all that are left. */
        count: z.number().int().min(1).max(MAX_KEY_BATCH).nullable().default(null),
      }),
    ),
    output: json(jobSchema),
    status: 202,
    idempotent: false,
    audited: 'keyBatch.export',
  }),
  setExportDueDate: route({
    method: 'POST',
    path: '/manufacturer-exports/{manufacturerExportId}/due-date',
    summary: 'Say by which day the devices of an export are to come back; after it they count as overdue',
    tag: 'keys',
    access: operators,
    params: params.manufacturerExport,
    body: json(z.object({ dueDate: date.nullable() })),
    output: json(manufacturerExportSchema),
    status: 200,
    idempotent: true,
    audited: 'manufacturerExport.dueDate',
  }),
  getManufacturerExportFile: route({
    method: 'GET',
    path: '/manufacturer-exports/{manufacturerExportId}/file',
    tag: 'keys',
    summary: 'The file of a recorded export, byte for byte as it was made',
    access: operators,
    params: params.manufacturerExport,
    output: file('text/csv', 'application/json', 'application/x-tar'),
    status: 200,
    idempotent: true,
    audited: 'manufacturerExport.download',
    ownTransaction: true,
  }),
  listUnexpectedDevices: route({
    method: 'GET',
    path: '/key-batches/{keyBatchId}/unexpected-devices',
    summary: 'Devices that came back in a file of this batch and are none of its',
    tag: 'keys',
    access: staff,
    params: params.keyBatch,
    query: pageQuery,
    output: json(page(unexpectedDeviceSchema)),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  listManufacturerExports: route({
    method: 'GET',
    path: '/key-batches/{keyBatchId}/export-records',
    summary: 'Who exported what, when and to whom',
    tag: 'keys',
    access: staff,
    params: params.keyBatch,
    query: pageQuery,
    output: json(page(manufacturerExportSchema)),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  importManufacturedDevices: route({
    method: 'POST',
    path: '/key-batches/{keyBatchId}/manufactured-devices',
    tag: 'keys',
    summary:
      'Import what came back from the manufacturer: a MAC for each key, as CSV, a JSON array or an XLSX workbook',
    access: operators,
    params: params.keyBatch,
    query: importQuery.extend({
      /** Refuse rows whose MAC is not the address the key's firmware broadcasts. */
      checkAddress: flag.optional(),
      mixUpReason: mixUpReason.optional(),
    }),
    body: { kind: 'stream', contentTypes: importContentTypes, maxBytes: MAX_IMPORT_BYTES },
    output: json(jobSchema),
    status: 202,
    idempotent: false,
    audited: 'manufacturedDevices.import',
    ownTransaction: true,
  }),
};
