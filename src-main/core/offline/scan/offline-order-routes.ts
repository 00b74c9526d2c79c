import type { CustomerOrder } from '../../../../src-shared/contract/customer-orders.ts';
import { AppError } from '../../platform/errors.ts';
import { requirePrincipal } from '../../platform/http/principal.ts';
import { markAge, type OfflineContext, type OfflineRoutes } from '../offline-route.ts';
import { listUnpaired } from '../store/devices-store.ts';
import { countsOf, keptDifferences } from '../store/differences-store.ts';
import { readFact } from '../store/facts-store.ts';
import { integerToMac } from '../store/mac-integer.ts';
import { allOrders, findOrder } from '../store/orders-store.ts';
import { scanOffline } from './scan-offline.ts';
import { scansOffline } from './scans-offline.ts';
import { undoOffline } from './undo-offline.ts';
import { unpairOffline } from './unpair-offline.ts';

const markOrders = (context: OfflineContext) =>
  markAge(context, readFact<number>(context.workstation.store, 'synced-at'));

const matches = (order: CustomerOrder, search: string | undefined): boolean =>
  !search || `${order.number} ${order.client.name} ${order.notes}`.toLowerCase().includes(search.toLowerCase());

/** Newest first among those due on the same day, as they come. */
const mostOverdueFirst = (one: CustomerOrder, other: CustomerOrder) =>
  (one.dueDate ?? '~') < (other.dueDate ?? '~') ? -1 : (one.dueDate ?? '~') > (other.dueDate ?? '~') ? 1 : 0;

const returnsNeedDatabase = () =>
  new AppError(
    'unavailable',
    'The central database can’t be reached. Scan the device into its next order, or return it when the connection is back.',
    { retryAfterSeconds: 3 },
  );

const devicesNeedDatabase = () =>
  new AppError('unavailable', 'The central database can’t be reached. The list of devices appears when it is back.', {
    retryAfterSeconds: 3,
  });

/** What the scan station needs of orders, from the copy on this workstation. */
export const orderRoutes = {
  allocate: {
    answer: ({ workstation, ...context }, { params, body }) => {
      const { userId, displayName } = requirePrincipal(context);
      const { mutationId, ...scanned } = body;
      // `executeAnywhere` gives every scan an id before it is tried anywhere.
      return scanOffline(workstation, {
        orderId: params.customerOrderId,
        ...scanned,
        mutationId: mutationId!,
        userId,
        displayName,
      });
    },
    whileCatchingUp: true,
    repeatable: true,
  },
  undoAllocation: {
    answer: ({ workstation, ...context }, { params, query }) => {
      const { userId, displayName } = requirePrincipal(context);
      const { mutationId, leaving, only, ...which } = query;
      if (leaving === 'return') throw returnsNeedDatabase();
      if (query.fromDesk) throw devicesNeedDatabase();
      const by = { mutationId: mutationId!, userId, displayName };
      const undo = { orderId: params.customerOrderId, ...which, ...by };
      return only === 'goods' ? unpairOffline(workstation, undo) : undoOffline(workstation, undo);
    },
    whileCatchingUp: true,
    repeatable: true,
  },
  getCustomerOrder: {
    answer: (context, { params }) => {
      const order = findOrder(context.workstation.store, params.customerOrderId);
      if (!order) {
        throw new AppError(
          'unavailable',
          'The central database can’t be reached, and this order is not kept on this workstation.',
          { retryAfterSeconds: 3 },
        );
      }
      markOrders(context);
      return order;
    },
    whileCatchingUp: true,
    repeatable: true,
  },
  listCustomerOrders: {
    answer: (context, { query }) => {
      markOrders(context);
      const items = allOrders(context.workstation.store)
        .filter((order) => query.state === undefined || order.state === query.state)
        .filter((order) => query.clientId === undefined || order.client.id === query.clientId)
        .filter((order) => matches(order, query.search))
        .sort(query.sort === 'due' ? mostOverdueFirst : () => 0)
        .slice(0, query.limit);
      return { items, nextCursor: null };
    },
    whileCatchingUp: true,
    repeatable: true,
  },
  listBoxDifferences: {
    answer: (context, { query }) => {
      markOrders(context);
      const kept = keptDifferences(context.workstation.store, query.customerOrderId);
      const items = kept.filter(({ state }) => query.state === 'unfinished' || state === query.state);
      return { items: items.slice(0, query.limit), nextCursor: null, counts: countsOf(kept) };
    },
    whileCatchingUp: false,
    repeatable: true,
  },
  listAllocations: {
    // Only what the station asks for: which trackers have no goods yet. All others are with the central database.
    answer: (context, { params, query }) => {
      if (!query.unpaired) throw devicesNeedDatabase();
      markOrders(context);
      const items = listUnpaired(context.workstation.store, params.customerOrderId, query.limit).map((device) => ({
        // One that was scanned here has no id before it is sent.
        id: device.allocationId ?? device.trackerId,
        trackerId: device.trackerId,
        macAddress: integerToMac(device.mac),
        serialNumber: null,
        allocatedBy: device.allocatedBy ?? '',
        allocatedAt: new Date(device.allocatedAt ?? 0).toISOString(),
        goodsReference: null,
        returned: null,
      }));
      return { items, nextCursor: null };
    },
    whileCatchingUp: true,
    repeatable: true,
  },
  listScans: {
    // What waits, and what was in the order when the copy was made: all that a person may want to see and take back.
    answer: (context, { params, query }) => {
      markOrders(context);
      const items = scansOffline(context.workstation.store, params.customerOrderId, query.limit);
      return { items, nextCursor: null };
    },
    whileCatchingUp: false,
    repeatable: true,
  },
} satisfies OfflineRoutes;
