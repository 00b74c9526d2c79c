import type { Transaction } from '../platform/db/queryable.ts';
import type { EventBus } from '../platform/events/bus.ts';
import type { Handlers } from '../platform/http/handler.ts';
import { requirePrincipal } from '../platform/http/principal.ts';
import { recentOrders, returnScanned, undoReturn } from './scanned-returns.ts';

const resourceType = 'customer-order';

/** What a person does with devices in the hand and no order before the eyes. */
export const returnHandlers = ({ events }: { events: EventBus }) => {
  const tell = (tx: Transaction, orderId: number) => tx.afterCommit(() => events.publish({ type: 'order', orderId }));
  return {
    listRecentOrders: async (context) => ({
      items: await recentOrders(context.tx, requirePrincipal(context).userId, context.now),
    }),
    async returnScanned(context, { body }) {
      const { userId } = requirePrincipal(context);
      const result = await returnScanned(context.tx, { ...body, userId }, context.now);
      const { outcome, macAddress, trackerId, order } = result;
      await context.audit({
        resourceType,
        ...(order ? { resourceId: order.id } : {}),
        details: { outcome, macAddress, trackerId, allocationId: order?.allocationId ?? null, reason: body.reason },
      });
      if (outcome === 'returned') tell(context.tx, order!.id);
      return result;
    },
    async undoReturn(context, { params }) {
      const { customerOrderId: orderId, allocationId } = params;
      const { userId } = requirePrincipal(context);
      const result = await undoReturn(context.tx, { orderId, allocationId, userId }, context.now);
      const { macAddress, trackerId } = result;
      await context.audit({ resourceType, resourceId: orderId, details: { macAddress, trackerId, allocationId } });
      tell(context.tx, orderId);
      return result;
    },
  } satisfies Partial<Handlers>;
};
