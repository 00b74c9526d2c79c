import { z } from 'zod';
import { boxLabelSizes, deviceLabelSizes, labelCodes, ownLabelLimits } from '../domain/labels/sizes.ts';
import { date, id, instant, notes, page, pageQuery, params } from './common.ts';
import { customerOrderSchema, orderStates } from './customer-orders.ts';
import { operators, staff } from './roles.ts';
import { file, json, route } from './route.ts';

/** What the history of an order records besides scans. */
const orderEventKinds = [
  'placed',
  'changed',
  'filled',
  'opened',
  'closed',
  'cancelled',
  'reopened',
  'split',
  'split-off',
] as const;
export type OrderEventKind = (typeof orderEventKinds)[number];
const orderEventSchema = z.object({
  id,
  kind: z.enum(orderEventKinds),
  state: z.enum(orderStates),
  /** With `changed`: each field's old and new value. With `split` and `split-off`: the other order and the quantity. */
  details: z.record(z.string(), z.unknown()),
  by: z.string(),
  at: instant,
});
export type OrderEvent = z.infer<typeof orderEventSchema>;

/** The most labels in one document. Larger orders are printed in parts. */
const MAX_LABELS = 2000;
/** The most devices on a printed packing list. Longer lists come as CSV. */
export const MAX_PAPER_DEVICES = 10_000;

const whole = z.coerce.number().int();
const millimetres = ({ min, max }: { min: number; max: number }) => z.coerce.number().min(min).max(max).optional();
const part = {
  /** A label of one's own, from a roll: with both, `size` says nothing. */
  widthMm: millimetres(ownLabelLimits.widthMm),
  heightMm: millimetres(ownLabelLimits.heightMm),
  marginMm: millimetres(ownLabelLimits.marginMm),
  code: z.enum(labelCodes).default('code128'),
  /** The first device or box, from 1 in the order of scanning. */
  from: whole.min(1).default(1),
  count: whole.min(1).max(MAX_LABELS).default(MAX_LABELS),
};
const labelsQuery = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('device'),
    size: z.enum(Object.keys(deviceLabelSizes) as (keyof typeof deviceLabelSizes)[]).default('50x25'),
    ...part,
  }),
  z.object({
    kind: z.literal('box'),
    size: z.enum(Object.keys(boxLabelSizes) as (keyof typeof boxLabelSizes)[]).default('100x150'),
    devicesPerBox: whole.min(1).max(100_000),
    ...part,
  }),
]);
export type LabelsQuery = z.output<typeof labelsQuery>;

export const orderPaperRoutes = {
  listOrderEvents: route({
    method: 'GET',
    path: '/customer-orders/{customerOrderId}/history',
    summary: 'Who placed, changed, split, closed, cancelled or reopened the order, and when it was filled',
    tag: 'orders',
    access: staff,
    params: params.customerOrder,
    query: pageQuery,
    output: json(page(orderEventSchema)),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  splitCustomerOrder: route({
    method: 'POST',
    path: '/customer-orders/{customerOrderId}/split',
    summary: 'Move a part that is not filled yet to a new order for the same client, brand and run',
    tag: 'orders',
    access: operators,
    params: params.customerOrder,
    body: json(
      z.object({
        quantity: z.number().int().min(1).max(1_000_000),
        dueDate: date.nullable().optional(),
        notes: notes.optional(),
      }),
    ),
    output: json(customerOrderSchema),
    status: 201,
    idempotent: false,
    audited: 'customerOrder.split',
  }),
  getOrderLabels: route({
    method: 'GET',
    path: '/customer-orders/{customerOrderId}/labels',
    summary: 'Labels of the devices or boxes of the order as a PDF in true size',
    tag: 'orders',
    access: staff,
    params: params.customerOrder,
    query: labelsQuery,
    output: file('application/pdf'),
    status: 200,
    idempotent: true,
    audited: 'customerOrder.labels',
    ownTransaction: true,
  }),
  getPackingList: route({
    method: 'GET',
    path: '/customer-orders/{customerOrderId}/packing-list',
    summary: 'The devices of the order as CSV, or on paper as PDF',
    tag: 'orders',
    access: staff,
    params: params.customerOrder,
    query: z.object({ format: z.enum(['csv', 'pdf']).default('csv') }),
    output: file('text/csv', 'application/pdf'),
    status: 200,
    idempotent: true,
    audited: 'customerOrder.packingList',
    ownTransaction: true,
  }),
};
