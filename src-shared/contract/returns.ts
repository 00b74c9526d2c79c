import { z } from 'zod';
import { id, idText, instant, params } from './common.ts';
import { customerOrderSchema, orderStates, scanResultSchema } from './customer-orders.ts';
import { floor, staff } from './roles.ts';
import { json, route } from './route.ts';
import { returnReasonSchema } from './trackers.ts';

/**
 * returned; order-in-work: its order is still being filled, say `fromWork` to return it all the same; not-in-an-order:
 * there is nothing to return it from.
 */
const returnOutcomes = [
  'returned',
  'order-in-work',
  'not-in-an-order',
  'not-manufactured',
  'unknown-mac',
  'malformed',
] as const;
export type ReturnOutcome = (typeof returnOutcomes)[number];

const returnScanSchema = z.object({
  outcome: z.enum(returnOutcomes),
  scanned: z.string(),
  macAddress: z.string().nullable(),
  trackerId: id.nullable(),
  /** The order that it came from or is in; with not-in-an-order, the one that it was returned from last. */
  order: z
    .object({ id, number: z.string(), client: z.string(), state: z.enum(orderStates), allocationId: id })
    .nullable(),
  /** With not-in-an-order: it was returned before. */
  before: z.object({ reason: returnReasonSchema, by: z.string(), at: instant }).nullable(),
  /** With unknown-mac: the address was corrected since, and this is what the label should say. */
  correctedMac: z.string().nullable(),
  at: instant,
});
export type ReturnScan = z.infer<typeof returnScanSchema>;

const recentOrderSchema = z.object({ order: customerOrderSchema, lastScanAt: instant });
export type RecentOrder = z.infer<typeof recentOrderSchema>;

export const returnRoutes = {
  returnScanned: route({
    method: 'POST',
    path: '/returns',
    summary: 'Return a scanned device from whatever order it is in; every outcome is an answer',
    tag: 'orders',
    access: floor,
    body: json(
      z.object({
        scan: z.string().max(500),
        reason: returnReasonSchema,
        fromWork: z.boolean().optional().describe('Also from an order that is still being filled.'),
        mutationId: z.uuid().optional(),
      }),
    ),
    output: json(returnScanSchema),
    status: 200,
    idempotent: false,
    audited: 'allocation.return',
  }),
  undoReturn: route({
    method: 'DELETE',
    path: '/customer-orders/{customerOrderId}/returns/{allocationId}',
    summary: 'Take back a return that was a mistake, within 24 hours, while nothing has happened to the device since',
    tag: 'orders',
    access: floor,
    params: params.customerOrder.extend({ allocationId: idText }),
    output: json(scanResultSchema),
    status: 200,
    idempotent: true,
    audited: 'allocation.undoReturn',
  }),
  listRecentOrders: route({
    method: 'GET',
    path: '/recent-orders',
    summary: 'The ten orders that you scanned into last within 14 days, the latest first',
    tag: 'orders',
    access: staff,
    output: json(z.object({ items: z.array(recentOrderSchema) })),
    status: 200,
    idempotent: true,
    audited: null,
  }),
};
