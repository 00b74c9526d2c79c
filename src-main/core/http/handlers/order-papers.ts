import { labelSizes } from '../../../../src-shared/domain/labels/sizes.ts';
import { listPackedDevices } from '../../repositories/allocations.ts';
import { getCustomerOrder } from '../../repositories/customer-orders.ts';
import { listOrderEvents } from '../../repositories/order-events.ts';
import { labelsPdf } from '../../services/papers/labels-pdf.ts';
import { devicesForPaper, orderLabels } from '../../services/papers/order-papers.ts';
import { splitOrder } from '../../services/split-order.ts';
import type { Handlers } from '../handler.ts';
import { requirePrincipal } from '../principal.ts';

export const orderPaperHandlers = {
  async listOrderEvents({ tx }, { params, query }) {
    await getCustomerOrder(tx, params.customerOrderId);
    return listOrderEvents(tx, params.customerOrderId, query);
  },

  async splitCustomerOrder(context, { params, body }) {
    const { core, tx, now } = context;
    const id = params.customerOrderId;
    const newId = await splitOrder(tx, id, body, requirePrincipal(context).userId, now);
    const details = { into: newId, quantity: body.quantity };
    await context.audit({ resourceType: 'customer-order', resourceId: id, details });
    tx.afterCommit(() => {
      for (const orderId of [id, newId]) core.events.publish({ type: 'order', orderId });
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
      body: await labelsPdf(title, labelSizes[query.size], orderLabels(order, devices, query), context.now),
    };
  },
} satisfies Partial<Handlers>;
