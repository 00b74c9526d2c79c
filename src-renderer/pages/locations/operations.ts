import type { Location } from '../../../src-shared/contract/locations.ts';
import type { OperationId } from '../../../src-shared/contract/routes.ts';
import type { LocationKind } from '../../../src-shared/contract/status.ts';
import { api, type OperationInput } from '../../api/client.ts';

/** What changes when a location does: its lists, and, since history is refolded, what is told of trackers. */
export const locationReads: OperationId[] = [
  'listStorageLocations',
  'getStorageLocation',
  'listDeliveryLocations',
  'getDeliveryLocation',
  'listFenceShapes',
  'listTrackers',
  'getTracker',
  'listStatusHistory',
  'getOverview',
];

export type LocationBody = NonNullable<OperationInput<'createStorageLocation'>['body']>;
export type LocationChange = NonNullable<OperationInput<'updateStorageLocation'>['body']>;

/** A location, and the version that the person has seen. */
type Seen = Pick<Location, 'kind' | 'id' | 'version'>;

/** The operations of either kind behind one name each; both kinds are the same but for the path. */
export const locationApi = {
  create: (kind: LocationKind, body: LocationBody): Promise<Location> =>
    kind === 'storage' ? api.createStorageLocation({ body }) : api.createDeliveryLocation({ body }),
  read: (kind: LocationKind, locationId: number): Promise<Location> =>
    kind === 'storage'
      ? api.getStorageLocation({ params: { locationId } })
      : api.getDeliveryLocation({ params: { locationId } }),
  update: ({ kind, id, version }: Seen, body: LocationChange): Promise<Location> =>
    kind === 'storage'
      ? api.updateStorageLocation({ params: { locationId: id }, body, version })
      : api.updateDeliveryLocation({ params: { locationId: id }, body, version }),
  remove: ({ kind, id, version }: Seen): Promise<unknown> =>
    kind === 'storage'
      ? api.deleteStorageLocation({ params: { locationId: id }, version })
      : api.deleteDeliveryLocation({ params: { locationId: id }, version }),
};

/** Names a location among both kinds, whose ids are counted apart: `storage-7`. */
export const keyOf = ({ kind, id }: Pick<Location, 'kind' | 'id'>): string => `${kind}-${id}`;
