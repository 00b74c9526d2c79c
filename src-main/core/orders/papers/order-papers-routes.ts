import { labelSizeOf } from '../../../../src-shared/domain/labels/sizes.ts';
import type { EventBus } from '../../platform/events/bus.ts';
import type { Handlers } from '../../platform/http/handler.ts';
import { requirePrincipal } from '../../platform/http/principal.ts';
import { listPackedDevices } from '../allocation-store.ts';
import { getCustomerOrder } from '../customer-orders-store.ts';
import { listOrderEvents } from '../order-events-store.ts';
import { splitOrder } from '../split-order.ts';
import { labelsPdf } from './labels-pdf.ts';
import { devicesForPaper, orderLabels } from './order-papers.ts';

export interface OrderPaperDeps {
  events: EventBus;
}

export const orderPaperHandlers = (deps: OrderPaperDeps) =>
  ({
    async listOrderEvents({ tx }, { params, query }) {
      await getCustomerOrder(tx, params.customerOrderId);
      return listOrderEvents(tx, params.customerOrderId, query);
    },

    async splitCustomerOrder(context, { params, body }) {
      const { tx, now } = context;
      const id = params.customerOrderId;
      const newId = await splitOrder(tx, id, body, requirePrincipal(context).userId, now);
      const details = { into: newId, quantity: body.quantity };
      await context.audit({ resourceType: 'customer-order', resourceId: id, details });
      tx.afterCommit(() => {
        for (const orderId of [id, newId]) deps.events.publish({ type: 'order', orderId });
      });
      return getCustomerOrder(tx, newId);
    },

    async getOrderLabels(context, { params, query }) {
      const order = await context.transaction((tx) => getCustomerOrder(tx, params.customerOrderId));
      const devices = await devicesForPaper(order, (afterId, limit) =>
        context.transaction((tx) => listPackedDevices(tx, order.id, afterId, limit)),
      );
      const title = `${order.number} ${query.kind} labels`;
      return {
        contentType: 'application/pdf',
        fileName: `${title}.pdf`,
        body: await labelsPdf(title, labelSizeOf(query.size, query), orderLabels(order, devices, query), context.now),
      };
    },
  }) satisfies Partial<Handlers>;
