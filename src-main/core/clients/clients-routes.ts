import type { Brand } from '../../../src-shared/contract/clients.ts';
import { changes, chosen, invalid, orNameTaken } from '../platform/db/conflicts.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import { AppError } from '../platform/errors.ts';
import type { Handlers } from '../platform/http/handler.ts';
import type { JobQueue } from '../platform/jobs/queue.ts';
import { getBrand, heldByBrand, insertBrand, listBrands, lockBrand, updateBrand } from './brands-store.ts';
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
  message: 'This client already has a brand with this name. Choose a different one.',
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
      await usable(tx, body.clientId);
      const id = await orNameTaken(insertBrand(tx, body), brandNameTaken);
      await context.audit({ resourceType: 'brand', resourceId: id, details: body });
      return getBrand(tx, id);
    },
    async updateBrand(context, { params, body }) {
      const { tx, now } = context;
      const before = await getBrand(tx, params.brandId);
      if (body.clientId !== undefined && body.clientId !== before.client.id) {
        await lockBrand(tx, before.id);
        await refuseHeld(tx, before);
        await usable(tx, body.clientId);
      }
      await orNameTaken(updateBrand(tx, before.id, body, now), brandNameTaken);
      const brand = await getBrand(tx, before.id);
      await context.audit({ resourceType: 'brand', resourceId: brand.id, details: changes(before, brand) });
      return brand;
    },

    ...productionRunHandlers(deps),
  }) satisfies Partial<Handlers>;

/** A client that brands can be given to. Throws AppError `validation-failed`. */
async function usable(tx: Transaction, clientId: number): Promise<void> {
  const client = await chosen(getClient(tx, clientId), 'clientId', 'This client does not exist. Choose another.');
  if (client.archivedAt !== null) throw invalid('clientId', 'This client is archived. Restore it first.');
}

/** Throws AppError `conflict` for a brand with runs or orders: what these hold is their client's. */
async function refuseHeld(tx: Transaction, brand: Brand): Promise<void> {
  const { runs, orders } = await heldByBrand(tx, brand.id);
  if (runs + orders === 0) return;
  const of = (count: number, one: string) => (count === 0 ? [] : [`${count} ${one}${count === 1 ? '' : 's'}`]);
  const held = [...of(runs, 'production run'), ...of(orders, 'order')].join(' and ');
  throw new AppError(
    'conflict',
    `“${brand.name}” has ${held}, which stay with ${brand.client.name}. Make a brand of this name for the other client.`,
  );
}
