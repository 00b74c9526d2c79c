import { type ReferrersTo, refuseIfReferenced } from '../platform/db/references-store.ts';
import type { Handlers } from '../platform/http/handler.ts';
import { deleteBrand, lockBrand } from './brands-store.ts';
import { deleteClient, lockClient } from './clients-store.ts';
import { deleteProductionRun, lockProductionRun } from './production-runs-store.ts';

/** What may point at each of them, in the order in which a refusal lists it. */
export interface ClientReferrers {
  client: readonly ReferrersTo[];
  brand: readonly ReferrersTo[];
  productionRun: readonly ReferrersTo[];
}

/** Clients, brands and production runs that nothing points at can be deleted. */
export const clientDeletionHandlers = (referrers: ClientReferrers) =>
  ({
    async deleteClient(context, { params: { clientId } }) {
      const { tx } = context;
      const name = await lockClient(tx, clientId);
      await refuseIfReferenced(tx, `The client “${name}”`, clientId, referrers.client);
      await deleteClient(tx, clientId);
      await context.audit({ resourceType: 'client', resourceId: clientId, details: { name } });
    },
    async deleteBrand(context, { params: { brandId } }) {
      const { tx } = context;
      const name = await lockBrand(tx, brandId);
      await refuseIfReferenced(tx, `The brand “${name}”`, brandId, referrers.brand);
      await deleteBrand(tx, brandId);
      await context.audit({ resourceType: 'brand', resourceId: brandId, details: { name } });
    },
    async deleteProductionRun(context, { params: { productionRunId } }) {
      const { tx } = context;
      const name = await lockProductionRun(tx, productionRunId);
      await refuseIfReferenced(tx, `The production run “${name}”`, productionRunId, referrers.productionRun);
      await deleteProductionRun(tx, productionRunId);
      await context.audit({ resourceType: 'production-run', resourceId: productionRunId, details: { name } });
    },
  }) satisfies Partial<Handlers>;
