import { z } from 'zod';
import { flag, id, instant, page, pageQuery, params } from './common.ts';
import { importContentTypes, importQuery, MAX_IMPORT_BYTES } from './device-imports.ts';
import { manufacturerExportFormats } from './export-profile.ts';
import { jobSchema } from './jobs.ts';
import type { PartyRole } from './roles.ts';
import { file, json, route } from './route.ts';

/** Only a manufacturer's own token opens these; a person uses the routes of key batches and manufacturers. */
const manufacturer: readonly PartyRole[] = ['manufacturer'];
const tag = 'manufacturer api';

/** A key order as its manufacturer sees it. */
const keyOrderSchema = z.object({
  id,
  label: z.string(),
  format: z.enum(manufacturerExportFormats),
  fileName: z.string(),
  sha256: z.string(),
  keyCount: z.number().int(),
  manufacturedCount: z.number().int(),
  createdAt: instant,
  acknowledgedAt: instant.nullable(),
});
export type KeyOrder = z.infer<typeof keyOrderSchema>;

export const manufacturerApiRoutes = {
  listKeyOrders: route({
    method: 'GET',
    path: '/manufacturer/key-orders',
    summary: 'Your key orders, newest first',
    tag,
    access: manufacturer,
    query: pageQuery,
    output: json(page(keyOrderSchema)),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  getKeyOrder: route({
    method: 'GET',
    path: '/manufacturer/key-orders/{keyOrderId}',
    summary: 'One of your key orders',
    tag,
    access: manufacturer,
    params: params.keyOrder,
    output: json(keyOrderSchema),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  getKeyOrderFile: route({
    method: 'GET',
    path: '/manufacturer/key-orders/{keyOrderId}/file',
    summary: 'The public keys of a key order, as your profile wants them; the same bytes each time, as sha256 says',
    tag,
    access: manufacturer,
    params: params.keyOrder,
    output: file('text/csv', 'application/json', 'application/x-tar'),
    status: 200,
    idempotent: true,
    audited: 'keyOrder.download',
    ownTransaction: true,
  }),
  acknowledgeKeyOrder: route({
    method: 'POST',
    path: '/manufacturer/key-orders/{keyOrderId}/acknowledgement',
    summary: 'Say that a key order has arrived whole; the first time counts',
    tag,
    access: manufacturer,
    params: params.keyOrder,
    output: json(keyOrderSchema),
    status: 200,
    idempotent: true,
    audited: 'keyOrder.acknowledge',
  }),
  sendManufacturedDevices: route({
    method: 'POST',
    path: '/manufacturer/key-orders/{keyOrderId}/manufactured-devices',
    summary:
      'Send what was manufactured: a MAC for each key, as CSV, a JSON array or an XLSX workbook; dryRun checks only',
    tag,
    access: manufacturer,
    params: params.keyOrder,
    query: importQuery.extend({
      /** Refuse rows whose MAC is not the address made from the key. False for firmware with addresses of its own. */
      checkAddress: flag.default(true),
    }),
    body: { kind: 'stream', contentTypes: importContentTypes, maxBytes: MAX_IMPORT_BYTES },
    output: json(jobSchema),
    status: 202,
    idempotent: false,
    audited: 'keyOrder.manufacturedDevices',
    ownTransaction: true,
  }),
  getKeyOrderJob: route({
    method: 'GET',
    path: '/manufacturer/jobs/{jobId}',
    summary: 'How far the check or import of a file you sent is, and what was wrong with each row',
    tag,
    access: manufacturer,
    params: params.job,
    output: json(jobSchema),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  getKeyOrderRejectedRows: route({
    method: 'GET',
    path: '/manufacturer/jobs/{jobId}/rejected-rows',
    summary: 'The rejected rows of a file you sent, in its format, to correct and send again',
    tag,
    access: manufacturer,
    params: params.job,
    output: file(...importContentTypes),
    status: 200,
    idempotent: true,
    audited: 'keyOrder.rejectedRows',
    ownTransaction: true,
  }),
};
