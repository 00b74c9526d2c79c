import { z } from 'zod';
import { isGs1Identifier } from '../domain/gs1.ts';
import { SERIAL_IDENTIFIER } from '../domain/mac-address.ts';
import { apiTokenSchema, MAX_TOKEN_DAYS } from './api-tokens.ts';
import {
  id,
  instant,
  lines,
  name,
  namedListQuery,
  notes,
  page,
  pageQuery,
  params,
  receiverUrl,
  reference,
  sortsBy,
  version,
} from './common.ts';
import { exportProfileSchema } from './export-profile.ts';
import { manufacturerExportSchema } from './key-batches.ts';
import { adminOnly, operators, staff } from './roles.ts';
import { json, nothing, route } from './route.ts';

const manufacturerSchema = z.object({
  id,
  version,
  name: z.string(),
  contact: z.string(),
  notes: z.string(),
  profile: exportProfileSchema,
  /** The GS1 element of the codes on its devices that has the MAC address, such as 21, the serial number. */
  macIdentifier: z.string(),
  counts: z.object({
    /** Exports made for it; `open` are those that it has not acknowledged. */
    keyOrders: z.number().int(),
    open: z.number().int(),
    keys: z.number().int(),
  }),
  /** Where its system is told that a key order is ready. */
  webhookUrl: z.string().nullable(),
  archivedAt: instant.nullable(),
  createdAt: instant,
});
export type Manufacturer = z.infer<typeof manufacturerSchema>;

const webhookDeliverySchema = z.object({
  id,
  keyOrder: reference,
  attempts: z.number().int(),
  lastAttemptAt: instant.nullable(),
  lastStatus: z.number().int().nullable(),
  lastError: z.string().nullable(),
  nextAttemptAt: instant.nullable(),
  deliveredAt: instant.nullable(),
  createdAt: instant,
});
export type WebhookDelivery = z.infer<typeof webhookDeliverySchema>;

const contact = lines(500);
const macIdentifier = z
  .string()
  .trim()
  .max(4)
  .refine(isGs1Identifier, 'Give an identifier of GS1, two to four digits, such as 21 for the serial number.');

/** The beginning of an export, for a person to look at. */
const exportPreviewSchema = z.object({
  /** Whether the keys are those of the batch, or examples. */
  example: z.boolean(),
  /** The first lines of CSV or JSON. */
  lines: z.array(z.string()),
  /** The first key files of the archive, in hexadecimal. */
  files: z.array(z.object({ name: z.string(), size: z.number().int(), hex: z.string() })),
});
export type ExportPreview = z.infer<typeof exportPreviewSchema>;

export const manufacturerSorts = sortsBy('name', 'contact', 'format', 'orders', 'open', 'keys');

export const manufacturerRoutes = {
  listManufacturers: route({
    method: 'GET',
    path: '/manufacturers',
    summary: 'Manufacturers by name, each with the profile of its key files',
    tag: 'manufacturers',
    access: staff,
    query: namedListQuery.extend({ sort: z.enum(manufacturerSorts).default('name') }),
    output: json(page(manufacturerSchema)),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  getManufacturer: route({
    method: 'GET',
    path: '/manufacturers/{manufacturerId}',
    summary: 'One manufacturer',
    tag: 'manufacturers',
    access: staff,
    params: params.manufacturer,
    output: json(manufacturerSchema),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  createManufacturer: route({
    method: 'POST',
    path: '/manufacturers',
    summary: 'Add a manufacturer and say how it wants the public keys',
    tag: 'manufacturers',
    access: operators,
    body: json(
      z.object({
        name,
        contact: contact.default(''),
        notes: notes.default(''),
        profile: exportProfileSchema,
        macIdentifier: macIdentifier.default(SERIAL_IDENTIFIER),
      }),
    ),
    output: json(manufacturerSchema),
    status: 201,
    idempotent: false,
    audited: 'manufacturer.create',
  }),
  updateManufacturer: route({
    method: 'PATCH',
    path: '/manufacturers/{manufacturerId}',
    summary: 'Change a manufacturer; exports made before keep the profile that they were made with',
    tag: 'manufacturers',
    access: operators,
    params: params.manufacturer,
    body: json(
      z
        .object({ name, contact, notes, profile: exportProfileSchema, macIdentifier, archived: z.boolean() })
        .partial()
        .refine((body) => Object.keys(body).length > 0, 'Give at least one field to change.'),
    ),
    output: json(manufacturerSchema),
    status: 200,
    idempotent: true,
    audited: 'manufacturer.update',
    versioned: { record: 'manufacturers', guarded: ['profile'] },
  }),
  deleteManufacturer: route({
    method: 'DELETE',
    path: '/manufacturers/{manufacturerId}',
    summary: 'Delete a manufacturer that no export was made for',
    tag: 'manufacturers',
    access: operators,
    params: params.manufacturer,
    output: nothing,
    status: 204,
    idempotent: true,
    audited: 'manufacturer.delete',
    versioned: { record: 'manufacturers' },
  }),
  listManufacturerKeyOrders: route({
    method: 'GET',
    path: '/manufacturers/{manufacturerId}/key-orders',
    summary: 'What was exported for a manufacturer, newest first, and how many devices have come back',
    tag: 'manufacturers',
    access: staff,
    params: params.manufacturer,
    query: pageQuery,
    output: json(page(manufacturerExportSchema)),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  listManufacturerTokens: route({
    method: 'GET',
    path: '/manufacturers/{manufacturerId}/api-tokens',
    summary: 'The tokens by which a manufacturer reaches its own key orders, newest first',
    tag: 'manufacturers',
    access: adminOnly,
    params: params.manufacturer,
    query: pageQuery,
    output: json(page(apiTokenSchema)),
    status: 200,
    idempotent: true,
    audited: null,
    sessionOnly: true,
  }),
  createManufacturerToken: route({
    method: 'POST',
    path: '/manufacturers/{manufacturerId}/api-tokens',
    summary: 'Make a token for a manufacturer, for the manufacturer API alone; the answer is the only time it is shown',
    tag: 'manufacturers',
    access: adminOnly,
    params: params.manufacturer,
    body: json(
      z.object({
        name,
        /** List and download, but neither acknowledge nor send devices. */
        readOnly: z.boolean().default(false),
        expiresInDays: z.number().int().min(1).max(MAX_TOKEN_DAYS),
      }),
    ),
    output: json(z.object({ apiToken: apiTokenSchema, token: z.string() })),
    status: 201,
    idempotent: false,
    audited: 'apiToken.create',
    // An answer under an Idempotency-Key is stored, and the token must not be.
    ownTransaction: true,
    sessionOnly: true,
  }),
  setManufacturerWebhook: route({
    method: 'POST',
    path: '/manufacturers/{manufacturerId}/webhook',
    summary:
      'Tell a manufacturer’s system when a key order is ready, signed by the Standard Webhooks scheme; the secret is shown once',
    tag: 'manufacturers',
    access: adminOnly,
    params: params.manufacturer,
    body: json(z.object({ url: receiverUrl })),
    output: json(z.object({ url: z.string(), secret: z.string() })),
    status: 201,
    idempotent: false,
    audited: 'manufacturer.webhook',
    // An answer under an Idempotency-Key is stored, and the secret must not be.
    ownTransaction: true,
    sessionOnly: true,
  }),
  deleteManufacturerWebhook: route({
    method: 'DELETE',
    path: '/manufacturers/{manufacturerId}/webhook',
    summary: 'Stop notifying the manufacturer’s system',
    tag: 'manufacturers',
    access: adminOnly,
    params: params.manufacturer,
    output: nothing,
    status: 204,
    idempotent: true,
    audited: 'manufacturer.webhookRemoved',
    sessionOnly: true,
  }),
  listWebhookDeliveries: route({
    method: 'GET',
    path: '/manufacturers/{manufacturerId}/webhook-deliveries',
    summary: 'What a manufacturer’s system was told, newest first, and what it answered',
    tag: 'manufacturers',
    access: staff,
    params: params.manufacturer,
    query: pageQuery,
    output: json(page(webhookDeliverySchema)),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  previewExport: route({
    method: 'POST',
    path: '/manufacturer-export-previews',
    summary: 'The beginning of an export by a profile: of a batch, or of example keys; nothing is recorded',
    tag: 'manufacturers',
    access: operators,
    body: json(z.object({ profile: exportProfileSchema, keyBatchId: id.nullable().default(null) })),
    output: json(exportPreviewSchema),
    status: 200,
    idempotent: true,
    audited: null,
  }),
};
