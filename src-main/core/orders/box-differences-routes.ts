import type { EventBus } from '../platform/events/bus.ts';
import type { Handlers } from '../platform/http/handler.ts';
import { requirePrincipal } from '../platform/http/principal.ts';
import { settleDifferences } from './box-differences.ts';
import { listDifferences } from './box-differences-store.ts';

export const boxDifferenceHandlers = ({ events }: { events: EventBus }) =>
  ({
    listBoxDifferences: ({ tx }, { query }) => listDifferences(tx, query),
    async settleBoxDifferences(context, { body }) {
      const { tx, now } = context;
      const { userId } = requirePrincipal(context);
      const { orderIds, ...done } = await settleDifferences(tx, { ...body, userId }, now);
      const { action, note, orderId } = body;
      const { settled, refused, items } = done;
      await context.audit({
        resourceType: 'customer-order',
        ...(orderIds.size === 1 ? { resourceId: [...orderIds][0]! } : {}),
        details: {
          ...{ action, note, settled, refused },
          ...(orderId === undefined ? {} : { orderId }),
          orders: [...orderIds],
          devices: items.map(({ macAddress, scanned }) => macAddress ?? scanned),
        },
      });
      tx.afterCommit(() => {
        for (const each of orderIds) events.publish({ type: 'order', orderId: each });
      });
      return done;
    },
  }) satisfies Partial<Handlers>;
