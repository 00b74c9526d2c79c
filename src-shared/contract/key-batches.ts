import { z } from 'zod';
import { flag, id, instant, name, page, pageQuery, params, reference } from './common.ts';
import { jobSchema } from './jobs.ts';
import { operators, staff } from './roles.ts';
import { file, json, route } from './route.ts';

export const MAX_KEY_BATCH = 1_000_000;
export const keyBatchStates = ['generating', 'ready', 'cancelled'] as const;

export const keyBatchSchema = z.object({
  id,
  label: z.string(),
  state: z.enum(keyBatchStates),
  productionRun: reference.nullable(),
  counts: z.object({
    requested: z.number().int(),
    generated: z.number().int(),
    exported: z.number().int(),
    manufactured: z.number().int(),
    allocated: z.number().int(),
    missing: z.number().int(),
  }),
  jobId: id.nullable(),
  createdBy: z.string(),
  createdAt: instant,
});
export type KeyBatch = z.infer<typeof keyBatchSchema>;

export const manufacturerExportFormats = ['csv', 'json', 'keyfile'] as const;
export type ManufacturerExportFormat = (typeof manufacturerExportFormats)[number];
export const manufacturerExportSchema = z.object({
  id,
  format: z.enum(manufacturerExportFormats),
  recipient: z.string(),
  keyCount: z.number().int(),
  sha256: z.string(),
  exportedBy: z.string(),
  exportedAt: instant,
});
export type ManufacturerExport = z.infer<typeof manufacturerExportSchema>;

export const MAX_IMPORT_BYTES = 256 * 1024 * 1024;
/** How an import treats bad rows: nothing is stored if there is one, or the good rows are. */
export const importModes = ['all-or-nothing', 'good-rows'] as const;

export const keyBatchRoutes = {
  listKeyBatches: route({
    method: 'GET',
    path: '/key-batches',
    summary: 'Key batches, newest first',
    tag: 'keys',
    access: staff,
    query: pageQuery,
    output: json(page(keyBatchSchema)),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  createKeyBatch: route({
    method: 'POST',
    path: '/key-batches',
    summary: 'Generate a batch of P-224 key pairs',
    tag: 'keys',
    access: operators,
    body: json(
      z.object({
        count: z.number().int().min(1).max(MAX_KEY_BATCH),
        label: name,
        productionRunId: id.nullable().default(null),
      }),
    ),
    output: json(jobSchema),
    status: 202,
    idempotent: false,
    audited: 'keyBatch.create',
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
  exportKeyBatch: route({
    method: 'GET',
    path: '/key-batches/{keyBatchId}/exports',
    tag: 'keys',
    summary: 'The public keys for the manufacturer as a file; recorded, and byte-identical when repeated',
    access: operators,
    params: params.keyBatch,
    query: z.object({
      format: z.enum(manufacturerExportFormats).default('csv'),
      recipient: z.string().trim().max(200).default(''),
    }),
    output: file('text/csv', 'application/json', 'application/octet-stream'),
    status: 200,
    idempotent: true,
    audited: 'keyBatch.export',
    ownTransaction: true,
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
    summary: 'Import what came back from the manufacturer: a MAC for each key, as CSV or a JSON array',
    access: operators,
    params: params.keyBatch,
    query: z.object({
      dryRun: flag.optional(),
      mode: z.enum(importModes).default('all-or-nothing'),
      /** Refuse rows whose MAC is not the address the key's firmware broadcasts. */
      checkAddress: flag.optional(),
    }),
    body: { kind: 'stream', contentTypes: ['text/csv', 'application/json'], maxBytes: MAX_IMPORT_BYTES },
    output: json(jobSchema),
    status: 202,
    idempotent: false,
    audited: 'manufacturedDevices.import',
    ownTransaction: true,
  }),
};
