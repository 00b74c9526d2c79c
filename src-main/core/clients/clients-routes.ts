import { changes, chosen, invalid, orNameTaken } from '../platform/db/conflicts.ts';
import type { Handlers } from '../platform/http/handler.ts';
import type { JobQueue } from '../platform/jobs/queue.ts';
import { getBrand, insertBrand, listBrands, updateBrand } from './brands-store.ts';
import { getClient, insertClient, listClients, updateClient } from './clients-store.ts';
import { productionRunHandlers } from './production-runs-routes.ts';

const clientNameTaken = {
  index: 'clients_name',
  field: 'name',
  message: 'Another client has this name. Choose a different one.',
};
const brandNameTaken = {
  index: 'brands_name',
  field: 'name',
  message: 'This client has another brand of this name. Choose a different one.',
};

export interface ClientDeps {
  jobs: JobQueue;
}

export const clientHandlers = (deps: ClientDeps) =>
  ({
    listClients: ({ tx }, { query }) => listClients(tx, query),
    getClient: ({ tx }, { params }) => getClient(tx, params.clientId),
    async createClient(context, { body }) {
      const { tx } = context;
      const id = await orNameTaken(insertClient(tx, body), clientNameTaken);
      await context.audit({ resourceType: 'client', resourceId: id, details: body });
      return getClient(tx, id);
    },
    async updateClient(context, { params, body }) {
      const { tx, now } = context;
      const before = await getClient(tx, params.clientId);
      await orNameTaken(updateClient(tx, before.id, body, now), clientNameTaken);
      const client = await getClient(tx, before.id);
      await context.audit({ resourceType: 'client', resourceId: client.id, details: changes(before, client) });
      return client;
    },

    listBrands: ({ tx }, { query }) => listBrands(tx, query),
    getBrand: ({ tx }, { params }) => getBrand(tx, params.brandId),
    async createBrand(context, { body }) {
      const { tx } = context;
      const client = await chosen(getClient(tx, body.clientId), 'clientId', 'There is no such client. Choose another.');
      if (client.archivedAt !== null) throw invalid('clientId', 'This client is archived. Restore it first.');
      const id = await orNameTaken(insertBrand(tx, body), brandNameTaken);
      await context.audit({ resourceType: 'brand', resourceId: id, details: body });
      return getBrand(tx, id);
    },
    async updateBrand(context, { params, body }) {
      const { tx, now } = context;
      const before = await getBrand(tx, params.brandId);
      await orNameTaken(updateBrand(tx, before.id, body, now), brandNameTaken);
      const brand = await getBrand(tx, before.id);
      await context.audit({ resourceType: 'brand', resourceId: brand.id, details: changes(before, brand) });
      return brand;
    },

    ...productionRunHandlers(deps),
  }) satisfies Partial<Handlers>;
