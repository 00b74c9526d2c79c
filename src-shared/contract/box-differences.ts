import { z } from 'zod';
import { id, idText, instant, lines, page, pageQuery, reference } from './common.ts';
import { orderStates } from './customer-orders.ts';
import { floor, staff } from './roles.ts';
import { json, route } from './route.ts';

/** take-out: in the box, but not in the order; put-back: in the order, but taken out of the box. */
const differenceKinds = ['take-out', 'put-back'] as const;
/** open: nobody has decided; accepted: decided, but not seen to; done: box and order agree. */
const differenceStates = ['open', 'accepted', 'done'] as const;

/** Why the order doesn't have the device, or still has it. */
export const differenceReasons = [
  'order-cancelled',
  'taken-out',
  'order-closed',
  'order-deleted',
  'order-full',
  'order-smaller',
  'in-another-order',
  'person-not-allowed',
  'unknown-mac',
  'not-manufactured',
  'retired',
  'malformed',
  'other',
] as const;

/**
 * accept: the order is right, the device is to be moved; retry: do it again in the same order; move: into another order;
 * take-out: it was seen to.
 */
export const differenceActions = ['accept', 'retry', 'move', 'take-out'] as const;
export type DifferenceAction = (typeof differenceActions)[number];

/**
 * scanned: scanned again, and set aside; placed: scanned into another order; belongs: in the order after all; undone: the
 * act was taken back; said: somebody said so.
 */
const differenceEnds = ['scanned', 'placed', 'belongs', 'undone', 'said'] as const;

const reasonSchema = z.object({
  code: z.enum(differenceReasons),
  /** Who did what is in the way, and when, where that is known. */
  by: z.string().nullable(),
  at: instant.nullable(),
  otherOrder: z.object({ id, number: z.string() }).nullable(),
  /** The refusal in the words of the database. */
  detail: z.string().nullable(),
});
export type DifferenceReason = z.infer<typeof reasonSchema>;

const differenceSchema = z.object({
  id,
  kind: z.enum(differenceKinds),
  /** An act that was refused when it was sent, or devices that were taken out at a desk: all, by cancelling, or one. */
  source: z.enum(['refused', 'cancelled']),
  state: z.enum(differenceStates),
  /** `state` is null when the order was deleted. */
  order: z.object({ id, number: z.string(), state: z.enum(orderStates).nullable() }),
  mutationId: z.string().nullable(),
  trackerId: id.nullable(),
  macAddress: z.string().nullable(),
  scanned: z.string(),
  scannedBy: z.object({ name: z.string(), disabled: z.boolean() }),
  scannedAt: instant,
  /** Where it was scanned; null when that is not known. */
  console: reference.nullable(),
  reason: reasonSchema,
  createdAt: instant,
  decision: z
    .object({
      action: z.enum(differenceActions),
      by: z.string(),
      at: instant,
      note: z.string(),
      movedTo: z.object({ id, number: z.string() }).nullable(),
    })
    .nullable(),
  done: z.object({ how: z.enum(differenceEnds), by: z.string(), at: instant }).nullable(),
});
export type BoxDifference = z.infer<typeof differenceSchema>;

export const differenceCounts = z.object({
  /** Nobody has decided. */
  toSettle: z.number().int(),
  toTakeOut: z.number().int(),
  toPutBack: z.number().int(),
});
export type DifferenceCounts = z.infer<typeof differenceCounts>;

/** The most that are settled by one request: each may be a scan into an order. */
export const MAX_SETTLED = 200;

export const boxDifferenceRoutes = {
  listBoxDifferences: route({
    method: 'GET',
    path: '/box-differences',
    summary: 'Devices that are in the box of an order and not in the order, or the other way round; oldest first',
    tag: 'orders',
    access: staff,
    query: pageQuery.extend({
      customerOrderId: idText.optional(),
      state: z
        .enum(['unfinished', ...differenceStates])
        .default('unfinished')
        .describe('unfinished: open and accepted ones.'),
    }),
    output: json(page(differenceSchema).extend({ counts: differenceCounts.describe('Of all orders, or of the one.') })),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  settleBoxDifferences: route({
    method: 'POST',
    path: '/box-differences/settlement',
    summary: 'Decide what becomes of devices that boxes and orders disagree about, by many',
    tag: 'orders',
    access: floor,
    body: json(
      z
        .object({
          ids: z.array(id).min(1).max(MAX_SETTLED),
          action: z.enum(differenceActions),
          /** With `move`: the order that takes the devices. */
          orderId: id.optional(),
          note: lines(500).default(''),
        })
        .refine((body) => (body.action === 'move') === (body.orderId !== undefined), {
          path: ['orderId'],
          message: 'Choose the order to move to; only moving needs one.',
        }),
    ),
    output: json(
      z.object({
        items: z.array(differenceSchema),
        settled: z.number().int(),
        /** Refused again, with the reason that holds now. */
        refused: z.number().int(),
      }),
    ),
    status: 200,
    idempotent: true,
    audited: 'boxDifference.settle',
  }),
};
