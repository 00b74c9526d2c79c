import type { HandlerInput } from '../../../src-shared/contract/route.ts';
import type { OperationId, Routes } from '../../../src-shared/contract/routes.ts';
import type { LocationKind } from '../../../src-shared/contract/status.ts';
import { changes } from '../platform/db/conflicts.ts';
import type { Handlers, RequestContext } from '../platform/http/handler.ts';
import type { JobQueue } from '../platform/jobs/queue.ts';
import { refoldContext } from '../status/refold-context.ts';
import { changeLocation, createLocation } from './locations.ts';
import { getLocation, listLocations } from './locations-store.ts';
import { nameCity } from './name-city.ts';

type Input<K extends OperationId> = HandlerInput<Routes[K]>;

export interface LocationDeps {
  jobs: JobQueue;
}

/** The four handlers of one kind; the routes of both kinds differ only in the word. */
const handlersOf = (kind: LocationKind, deps: LocationDeps) => {
  const resourceType = `${kind}-location`;
  return {
    list: ({ tx }: RequestContext, { query }: Input<'listStorageLocations'>) => listLocations(tx, kind, query),
    get: ({ tx }: RequestContext, { params }: Input<'getStorageLocation'>) => getLocation(tx, kind, params.locationId),
    async create(context: RequestContext, { body }: Input<'createStorageLocation'>) {
      const location = await createLocation(context.tx, kind, body, refoldContext(deps, context), nameCity);
      await context.audit({ resourceType, resourceId: location.id, details: body });
      return location;
    },
    async update(context: RequestContext, { params, body }: Input<'updateStorageLocation'>) {
      const asked = refoldContext(deps, context);
      const { before, after } = await changeLocation(context.tx, kind, params.locationId, body, asked, nameCity);
      const { fenceChangedAt, finishedRunIds } = body;
      await context.audit({
        resourceType,
        resourceId: after.id,
        details: {
          ...changes(before, after),
          ...(fenceChangedAt === null ? {} : { fenceChangedAt }),
          ...(finishedRunIds.length === 0 ? {} : { finishedRunIds }),
        },
      });
      return after;
    },
  };
};

export const locationHandlers = (deps: LocationDeps) => {
  const storage = handlersOf('storage', deps);
  const delivery = handlersOf('delivery', deps);
  return {
    listStorageLocations: storage.list,
    getStorageLocation: storage.get,
    createStorageLocation: storage.create,
    updateStorageLocation: storage.update,
    listDeliveryLocations: delivery.list,
    getDeliveryLocation: delivery.get,
    createDeliveryLocation: delivery.create,
    updateDeliveryLocation: delivery.update,
  } satisfies Partial<Handlers>;
};
