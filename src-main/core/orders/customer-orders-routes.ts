import { orderNumber } from '../../../src-shared/domain/order-number.ts';
import { changes } from '../platform/db/conflicts.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import { refuseIfReferenced } from '../platform/db/references-store.ts';
import type { EventBus } from '../platform/events/bus.ts';
import type { Handlers, RequestContext } from '../platform/http/handler.ts';
import { requirePrincipal } from '../platform/http/principal.ts';
import { allocate } from './allocation.ts';
import { listAllocations, listPackedDevices } from './allocation-store.ts';
import { changeOrder, checkedTargets, refuseArchivedClient } from './customer-orders.ts';
import {
  deleteCustomerOrder,
  getCustomerOrder,
  insertCustomerOrder,
  listCustomerOrders,
  lockCustomerOrder,
  scansOfOrder,
} from './customer-orders-store.ts';
import { previewLeaving } from './leaving.ts';
import { insertOrderEvent } from './order-events-store.ts';
import { devicesForPaper } from './papers/order-papers.ts';
import { packingList } from './papers/packing-list.ts';
import { packingListPdf } from './papers/packing-list-pdf.ts';
import { retireTrackers } from './retirement.ts';
import { listScans } from './scans-store.ts';
import { returnDevice, undoAllocation, unpairDevice } from './undo-allocation.ts';

const resourceType = 'customer-order';
const userOf = (context: RequestContext) => requirePrincipal(context).userId;

/** Tells every open screen that an order has changed, once it has. */
const tell = ({ events }: { events: EventBus }, tx: Transaction, orderId: number) =>
  tx.afterCommit(() => events.publish({ type: 'order', orderId }));

export interface CustomerOrderDeps {
  events: EventBus;
}

export const customerOrderHandlers = (deps: CustomerOrderDeps) =>
  ({
    listCustomerOrders: ({ tx, now }, { query }) => listCustomerOrders(tx, query, now),
    getCustomerOrder: ({ tx }, { params }) => getCustomerOrder(tx, params.customerOrderId),
    async createCustomerOrder(context, { body }) {
      const { tx, now } = context;
      const order = await checkedTargets(tx, body);
      await refuseArchivedClient(tx, order.clientId);
      const id = await insertCustomerOrder(tx, order, userOf(context), now);
      await insertOrderEvent(tx, { orderId: id, kind: 'placed', state: 'open', userId: userOf(context), now });
      await context.audit({ resourceType, resourceId: id, details: order });
      tell(deps, tx, id);
      return getCustomerOrder(tx, id);
    },
    async updateCustomerOrder(context, { params, body }) {
      const { tx, now } = context;
      const before = await getCustomerOrder(tx, params.customerOrderId);
      const done = await changeOrder(tx, before.id, body, userOf(context), now);
      const order = await getCustomerOrder(tx, before.id);
      await context.audit({ resourceType, resourceId: order.id, details: { ...changes(before, order), ...done } });
      tell(deps, tx, order.id);
      return order;
    },
    async deleteCustomerOrder(context, { params }) {
      const { tx } = context;
      const { id } = await lockCustomerOrder(tx, params.customerOrderId);
      await refuseIfReferenced(tx, orderNumber(id), id, [scansOfOrder], 'Scans are kept: cancel the order instead.');
      await deleteCustomerOrder(tx, id);
      await context.audit({ resourceType, resourceId: id });
      tell(deps, tx, id);
    },

    async allocate(context, { params, body }) {
      const { tx, now } = context;
      const request = { ...body, orderId: params.customerOrderId, userId: userOf(context) };
      const { result, replayed, returnedFrom } = await allocate(tx, request, now);
      const { outcome, macAddress, trackerId, allocationId, goods } = result;
      const details = {
        outcome,
        macAddress,
        trackerId,
        allocationId,
        ...(goods ? { goodsReference: goods.reference } : {}),
        ...(replayed ? { replayed } : {}),
      };
      await context.audit({
        resourceType,
        resourceId: params.customerOrderId,
        details: returnedFrom === null ? details : { ...details, returnedFrom, reason: body.returning },
      });
      if (!replayed) tell(deps, tx, params.customerOrderId);
      if (returnedFrom !== null) tell(deps, tx, returnedFrom);
      return result;
    },
    async undoAllocation(context, { params, query }) {
      const { tx, now } = context;
      const request = { ...query, orderId: params.customerOrderId, userId: userOf(context) };
      const undo = query.only === 'goods' ? unpairDevice : undoAllocation;
      const { result, replayed } = await undo(tx, request, now);
      const { outcome, macAddress, trackerId, allocationId, goods } = result;
      await context.audit({
        resourceType,
        resourceId: params.customerOrderId,
        details: {
          outcome,
          macAddress,
          trackerId,
          allocationId,
          ...(goods ? { goodsReference: goods.reference } : {}),
          ...(replayed ? { replayed } : {}),
        },
      });
      if (!replayed) tell(deps, tx, params.customerOrderId);
      return result;
    },
    async previewLeaving({ tx, now }, { params, query }) {
      await getCustomerOrder(tx, params.customerOrderId);
      return previewLeaving(tx, params.customerOrderId, query, now);
    },
    async returnDevice(context, { params, body }) {
      const { tx, now } = context;
      const at = body.at === undefined ? undefined : new Date(body.at);
      const request = { ...body, at, orderId: params.customerOrderId, userId: userOf(context) };
      const { result, replayed } = await returnDevice(tx, request, now);
      const { macAddress, trackerId, allocationId } = result;
      const { reason } = body;
      await context.audit({
        resourceType,
        resourceId: params.customerOrderId,
        details: { macAddress, trackerId, allocationId, reason, at: body.at, ...(replayed ? { replayed } : {}) },
      });
      if (!replayed) tell(deps, tx, params.customerOrderId);
      return result;
    },
    async retireTrackers(context, { body }) {
      const { tx, now } = context;
      const { trackerIds, reason } = body;
      const at = body.at === undefined ? undefined : new Date(body.at);
      const done = await retireTrackers(tx, trackerIds, { reason, at, userId: userOf(context) }, now);
      const { retired, orderIds } = done;
      await context.audit({ resourceType: 'tracker', details: { retired, reason, at: body.at, orderIds } });
      for (const orderId of orderIds) tell(deps, tx, orderId);
      return { retired: retired.length };
    },
    async listAllocations({ tx }, { params, query }) {
      await getCustomerOrder(tx, params.customerOrderId);
      return listAllocations(tx, params.customerOrderId, query);
    },
    async listScans({ tx }, { params, query }) {
      await getCustomerOrder(tx, params.customerOrderId);
      return listScans(tx, params.customerOrderId, query);
    },
    async getPackingList(context, { params, query }) {
      const order = await context.transaction((tx) => getCustomerOrder(tx, params.customerOrderId));
      const readPage = (afterId: number, limit: number) =>
        context.transaction((tx) => listPackedDevices(tx, order.id, afterId, limit));
      if (query.format === 'pdf') {
        const devices = await devicesForPaper(order, readPage);
        return {
          contentType: 'application/pdf',
          fileName: `${order.number} packing list.pdf`,
          body: await packingListPdf(order, devices, context.now),
        };
      }
      return {
        contentType: 'text/csv; charset=utf-8',
        fileName: `${order.number} packing list.csv`,
        body: packingList(order, readPage),
      };
    },
  }) satisfies Partial<Handlers>;
