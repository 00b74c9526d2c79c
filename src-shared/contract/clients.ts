import { z } from 'zod';
import {
  date,
  flag,
  id,
  idText,
  instant,
  name,
  namedListQuery,
  notes,
  page,
  params,
  reference,
  sortsBy,
  timeZone,
  version,
} from './common.ts';
import { everyone, operators, staff } from './roles.ts';
import { json, nothing, route } from './route.ts';
import { locationKinds } from './status.ts';
import { statusRules } from './status-rules.ts';

const clientSchema = z.object({
  id,
  version,
  name: z.string(),
  notes: z.string(),
  brandCount: z.number().int(),
  trackerCount: z.number().int(),
  archivedAt: instant.nullable(),
  createdAt: instant,
});
export type Client = z.infer<typeof clientSchema>;
const clientBody = z.object({ name, notes: notes.default('') });

const brandSchema = z.object({
  id,
  version,
  name: z.string(),
  client: reference,
  productionRunCount: z.number().int(),
  archivedAt: instant.nullable(),
  createdAt: instant,
});
export type Brand = z.infer<typeof brandSchema>;
const brandBody = z.object({ name, clientId: id });

export const runPhases = ['not-begun', 'active', 'over'] as const;
const productionRunSchema = z.object({
  id,
  version,
  name: z.string(),
  brand: reference,
  client: reference,
  /** First and last day of the run, both inclusive, in `timeZone`. */
  startDate: date,
  endDate: date,
  timeZone: z.string(),
  phase: z.enum(runPhases),
  /** Everybody who is or was in it, each once. */
  trackerCount: z.number().int(),
  /** How many of them have moved on. */
  movedOnCount: z.number().int(),
  statusCounts: z.object({
    UNKNOWN: z.number().int(),
    IN_TRANSIT: z.number().int(),
    IN_STORAGE: z.number().int(),
    DELIVERED: z.number().int(),
  }),
  archivedAt: instant.nullable(),
  createdAt: instant,
});
export type ProductionRun = z.infer<typeof productionRunSchema>;
const runFields = z.object({ name, brandId: id, startDate: date, endDate: date, timeZone: timeZone.default('UTC') });
const datesInOrder = (run: { startDate?: string | undefined; endDate?: string | undefined }) =>
  run.startDate === undefined || run.endDate === undefined || run.startDate <= run.endDate;
const datesMessage = { message: 'The end date must not be before the start date.', path: ['endDate'] };

export const clientSorts = sortsBy('name', 'brands', 'trackers', 'notes');
export const runSorts = sortsBy('name', 'brand', 'client', 'phase', 'dates', 'timeZone', 'trackers');

export const clientRoutes = {
  listClients: route({
    method: 'GET',
    path: '/clients',
    summary: 'Clients',
    tag: 'clients',
    access: everyone,
    query: namedListQuery.extend({ sort: z.enum(clientSorts).default('name') }),
    output: json(page(clientSchema)),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  createClient: route({
    method: 'POST',
    path: '/clients',
    summary: 'Create a client',
    tag: 'clients',
    access: operators,
    body: json(clientBody),
    output: json(clientSchema),
    status: 201,
    idempotent: false,
    audited: 'client.create',
  }),
  getClient: route({
    method: 'GET',
    path: '/clients/{clientId}',
    summary: 'One client',
    tag: 'clients',
    access: everyone,
    params: params.client,
    output: json(clientSchema),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  updateClient: route({
    method: 'PATCH',
    path: '/clients/{clientId}',
    summary: 'Change, archive or restore a client',
    tag: 'clients',
    access: operators,
    params: params.client,
    body: json(z.object({ name: name.optional(), notes: notes.optional(), archived: z.boolean().optional() })),
    output: json(clientSchema),
    status: 200,
    idempotent: true,
    audited: 'client.update',
    versioned: { record: 'clients' },
  }),
  deleteClient: route({
    method: 'DELETE',
    path: '/clients/{clientId}',
    summary: 'Delete a client that nothing refers to',
    tag: 'clients',
    access: operators,
    params: params.client,
    output: nothing,
    status: 204,
    idempotent: true,
    audited: 'client.delete',
    versioned: { record: 'clients' },
  }),

  listBrands: route({
    method: 'GET',
    path: '/brands',
    summary: 'Brands',
    tag: 'clients',
    access: everyone,
    query: namedListQuery.extend({ clientId: idText.optional() }),
    output: json(page(brandSchema)),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  createBrand: route({
    method: 'POST',
    path: '/brands',
    summary: 'Create a brand',
    tag: 'clients',
    access: operators,
    body: json(brandBody),
    output: json(brandSchema),
    status: 201,
    idempotent: false,
    audited: 'brand.create',
  }),
  getBrand: route({
    method: 'GET',
    path: '/brands/{brandId}',
    summary: 'One brand',
    tag: 'clients',
    access: everyone,
    params: params.brand,
    output: json(brandSchema),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  updateBrand: route({
    method: 'PATCH',
    path: '/brands/{brandId}',
    summary: 'Change, archive or restore a brand',
    tag: 'clients',
    access: operators,
    params: params.brand,
    /** Only a brand that nothing refers to yet goes to another client. */
    body: json(z.object({ name: name.optional(), clientId: id.optional(), archived: z.boolean().optional() })),
    output: json(brandSchema),
    status: 200,
    idempotent: true,
    audited: 'brand.update',
    versioned: { record: 'brands' },
  }),
  deleteBrand: route({
    method: 'DELETE',
    path: '/brands/{brandId}',
    summary: 'Delete a brand that nothing refers to',
    tag: 'clients',
    access: operators,
    params: params.brand,
    output: nothing,
    status: 204,
    idempotent: true,
    audited: 'brand.delete',
    versioned: { record: 'brands' },
  }),

  listProductionRuns: route({
    method: 'GET',
    path: '/production-runs',
    summary: 'Production runs',
    tag: 'production runs',
    access: everyone,
    query: namedListQuery.extend({
      clientId: idText.optional(),
      brandId: idText.optional(),
      phase: z.enum(runPhases).optional(),
      active: flag.optional(),
      sort: z.enum(runSorts).default('-dates'),
    }),
    output: json(page(productionRunSchema)),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  createProductionRun: route({
    method: 'POST',
    path: '/production-runs',
    summary: 'Create a production run',
    tag: 'production runs',
    access: operators,
    body: json(runFields.refine(datesInOrder, datesMessage)),
    output: json(productionRunSchema),
    status: 201,
    idempotent: false,
    audited: 'productionRun.create',
  }),
  getProductionRun: route({
    method: 'GET',
    path: '/production-runs/{productionRunId}',
    summary: 'One production run',
    tag: 'production runs',
    access: everyone,
    params: params.productionRun,
    output: json(productionRunSchema),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  getRunReopening: route({
    method: 'GET',
    path: '/production-runs/{productionRunId}/reopening',
    tag: 'production runs',
    summary: 'What a run that is over would take up if new dates reopened it: present fences and status rules',
    access: staff,
    params: params.productionRun,
    output: json(
      z.object({
        isOver: z.boolean(),
        /** Fences that have changed, or came and went, since it ended. */
        fences: z.array(z.object({ id, kind: z.enum(locationKinds), name: z.string() })),
        /** The rules that it keeps, and the present ones; null where they are the same. */
        rules: z.object({ kept: statusRules, present: statusRules }).nullable(),
      }),
    ),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  updateProductionRun: route({
    method: 'PATCH',
    path: '/production-runs/{productionRunId}',
    tag: 'production runs',
    summary: 'Change, archive or restore a production run; new dates recalculate the history of its trackers',
    access: operators,
    params: params.productionRun,
    body: json(
      z
        .object({
          name: name.optional(),
          startDate: date.optional(),
          endDate: date.optional(),
          timeZone: timeZone.optional(),
          archived: z.boolean().optional(),
        })
        .refine(datesInOrder, datesMessage),
    ),
    output: json(productionRunSchema),
    status: 200,
    idempotent: true,
    audited: 'productionRun.update',
    versioned: { record: 'production-runs' },
  }),
  deleteProductionRun: route({
    method: 'DELETE',
    path: '/production-runs/{productionRunId}',
    summary: 'Delete a production run that nothing refers to',
    tag: 'production runs',
    access: operators,
    params: params.productionRun,
    output: nothing,
    status: 204,
    idempotent: true,
    audited: 'productionRun.delete',
    versioned: { record: 'production-runs' },
  }),
};
