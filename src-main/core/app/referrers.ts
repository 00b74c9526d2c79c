import { usersOfClient } from '../access/users/users-store.ts';
import { brandsOfClient, runsOfBrand } from '../clients/client-referrers-store.ts';
import type { ClientReferrers } from '../clients/deletion-routes.ts';
import { locationsOfRun } from '../locations/locations-store.ts';
import { batchesOfRun } from '../manufacturing/key-batches/key-batches-store.ts';
import { ordersOfBrand, ordersOfClient, ordersOfRun } from '../orders/order-referrers-store.ts';
import type { ReferrersTo } from '../platform/db/references-store.ts';
import { historyOfRun } from '../status/history-store.ts';
import { periodsOfRun } from '../trackers/run-periods-store.ts';
import { trackersOfLocation } from '../trackers/tracker-referrers-store.ts';

/** What of all rooms keeps a client, a brand, a production run or a location from being deleted. */
export const referrers: ClientReferrers & { location: readonly ReferrersTo[] } = {
  client: [brandsOfClient, ordersOfClient, usersOfClient],
  brand: [runsOfBrand, ordersOfBrand],
  productionRun: [periodsOfRun, batchesOfRun, ordersOfRun, locationsOfRun, historyOfRun],
  location: [trackersOfLocation],
};
