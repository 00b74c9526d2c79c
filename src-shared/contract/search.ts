import { z } from 'zod';
import { id, instant, line } from './common.ts';
import { everyone } from './roles.ts';
import { json, route } from './route.ts';
import { locationKinds } from './status.ts';

/** What has a name of its own, and the operation that its screen needs: who may not call that one is not told of it. */
export const searchedKinds = {
  client: 'listClients',
  brand: 'listBrands',
  'production-run': 'listProductionRuns',
  location: 'listStorageLocations',
  order: 'listCustomerOrders',
  'key-batch': 'listKeyBatches',
  manufacturer: 'listManufacturers',
  user: 'listUsers',
  alert: 'listAlerts',
} as const;
export type SearchedKind = keyof typeof searchedKinds;

const foundSchema = z.object({
  kind: z.enum(Object.keys(searchedKinds) as [SearchedKind, ...SearchedKind[]]),
  id,
  /** For an alert, which kind of alert it is. */
  name: z.string(),
  /** What tells it from others of the same name: whose it is, where it is. */
  detail: z.string(),
  /** Of a location. */
  locationKind: z.enum(locationKinds).nullable(),
  /** Of a brand, whose page is that of its client. */
  clientId: id.nullable(),
  archived: z.boolean(),
  /** Of an alert: where its evidence lies. */
  alert: z.object({ trackerId: id.nullable(), productionRunId: id.nullable(), evidenceAt: instant }).nullable(),
});
export type Found = z.infer<typeof foundSchema>;

export const searchRoutes = {
  searchNames: route({
    method: 'GET',
    path: '/search',
    summary: 'Everything with a name that the person may see: by words in any order, with or without accents',
    tag: 'system',
    access: everyone,
    // What is found goes by the role alone, and not by the scopes of a token.
    sessionOnly: true,
    query: z.object({
      search: line(1, 200),
      /** Of each kind. */
      limit: z.coerce.number().int().min(1).max(20).default(6),
    }),
    output: json(z.object({ items: z.array(foundSchema) })),
    status: 200,
    idempotent: true,
    audited: null,
  }),
};
