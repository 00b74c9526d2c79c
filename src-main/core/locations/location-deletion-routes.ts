import type { LocationKind } from '../../../src-shared/contract/status.ts';
import { type ReferrersTo, refuseIfReferenced } from '../platform/db/references-store.ts';
import type { Handlers, RequestContext } from '../platform/http/handler.ts';
import { deleteLocation, lockLocation } from './locations-store.ts';

/**
 * Locations that nothing points at can be deleted. The runs of a location don't count: it is the location that points
 * at them.
 */
export const locationDeletionHandlers = (referrers: readonly ReferrersTo[]) => {
  const remove =
    (kind: LocationKind) =>
    async (context: RequestContext, { params: { locationId } }: { params: { locationId: number } }) => {
      const name = await lockLocation(context.tx, kind, locationId);
      await refuseIfReferenced(context.tx, `The location “${name}”`, locationId, referrers);
      await deleteLocation(context.tx, locationId);
      await context.audit({ resourceType: `${kind}-location`, resourceId: locationId, details: { name } });
    };
  return {
    deleteStorageLocation: remove('storage'),
    deleteDeliveryLocation: remove('delivery'),
  } satisfies Partial<Handlers>;
};
