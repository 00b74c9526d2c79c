import { z } from 'zod';
import {
  date,
  flag,
  id,
  idText,
  instant,
  namedListQuery,
  notes,
  page,
  pageQuery,
  params,
  reference,
  sortsBy,
  version,
} from './common.ts';
import { floor, operators, staff } from './roles.ts';
import { json, nothing, route } from './route.ts';
import { returnReasonSchema } from './trackers.ts';

/** An open order takes scans, a filled one has all its devices, a closed or cancelled one takes no scans. */
export const orderStates = ['open', 'filled', 'closed', 'cancelled'] as const;
export const customerOrderSchema = z.object({
  id,
  version,
  number: z.string(),
  client: reference,
  brand: reference.nullable(),
  productionRun: reference.nullable(),
  quantity: z.number().int(),
  allocatedCount: z.number().int(),
  state: z.enum(orderStates),
  dueDate: date.nullable(),
  /** Whose days the due date is counted by: its run's, UTC without a run. */
  dueTimeZone: z.string(),
  notes: z.string(),
  /** The station asks for the code of the goods after each tracker. */
  pairsGoods: z.boolean(),
  /** Trackers in it without a code of their goods; 0 where it doesn't ask for them. */
  unpairedCount: z.number().int(),
  /** Trackers in it whose goods have a code that another tracker has too. */
  sharedGoodsCount: z.number().int(),
  createdBy: z.string(),
  createdAt: instant,
});
export type CustomerOrder = z.infer<typeof customerOrderSchema>;

export const orderSorts = [
  ...sortsBy('number', 'client', 'brand', 'run', 'state'),
  ...sortsBy('progress', 'due', 'createdBy', 'createdAt'),
];
export type OrderSort = (typeof orderSorts)[number];

/** Every outcome that a scan can have (docs/domain-rules.md#allocation). */
export const scanOutcomes = [
  'allocated',
  'already-in-this-order',
  'in-another-order',
  'unknown-mac',
  'not-manufactured',
  'retired',
  'order-full',
  'order-closed',
  'malformed',
  'undone',
  'returned',
  /** A return was a mistake: the device is in the order again. */
  'return-undone',
  /** The goods of a tracker: their code is kept; taken away again; another tracker of the order has it; no code at all. */
  'paired',
  'unpaired',
  'goods-twice',
  'goods-unusable',
  /** The tracker that the code was for is not in the order. */
  'goods-without-tracker',
] as const;
export type ScanOutcome = (typeof scanOutcomes)[number];

export const scanResultSchema = z.object({
  outcome: z.enum(scanOutcomes),
  scanned: z.string(),
  macAddress: z.string().nullable(),
  trackerId: id.nullable(),
  allocationId: id.nullable(),
  /** With in-another-order: which order, who put it there, and when. */
  otherOrder: z
    .object({
      id,
      number: z.string(),
      allocatedBy: z.string(),
      allocatedAt: instant,
      /** The order is closed: the device came back, and can be returned by scanning it again with `returning`. */
      closed: z.boolean().optional(),
    })
    .nullable(),
  order: z.object({
    id,
    number: z.string(),
    quantity: z.number().int(),
    allocatedCount: z.number().int(),
    state: z.enum(orderStates),
    /** Where the order asks for goods. */
    unpairedCount: z.number().int().optional(),
  }),
  /** The goods of the tracker in this order, or the code that was scanned for it. */
  goods: z
    .object({
      reference: z.string(),
      /** The code that it takes the place of. */
      former: z.string().nullable(),
      /** Another tracker of the order that has this code. */
      alsoOn: z.string().nullable(),
    })
    .optional(),
  /** The tracker that waited for a code when another tracker was scanned in place of it. */
  leftUnpaired: z.string().optional(),
  scannedAt: instant,
  /** With unknown-mac: the address was corrected since, and this is what the label should say. */
  correctedMac: z.string().optional(),
  /** Judged on this workstation while the central database was out of reach. It is sent when the database is back. */
  pending: z.boolean().optional(),
});
export type ScanResult = z.infer<typeof scanResultSchema>;

const allocationSchema = z.object({
  id,
  trackerId: id,
  macAddress: z.string(),
  serialNumber: z.string().nullable(),
  allocatedBy: z.string(),
  allocatedAt: instant,
  /** The code of the goods that it was paired with. */
  goodsReference: z.string().nullable(),
  /** Why it left the order again, which goes on counting it; null while it is in it. */
  returned: z.object({ reason: returnReasonSchema, at: instant }).nullable(),
});
export type Allocation = z.infer<typeof allocationSchema>;

const orderBody = z.object({
  clientId: id,
  brandId: id.nullable().default(null),
  productionRunId: id.nullable().default(null),
  quantity: z.number().int().min(1).max(1_000_000),
  dueDate: date.nullable().default(null),
  notes: notes.default(''),
  pairsGoods: z.boolean().default(false).describe('The station asks for the code of the goods after each tracker.'),
});
/** How a device leaves an order: it was never meant (undo), or it came back (return) and what it did stays. */
export const leavings = ['undo', 'return'] as const;
export type Leaving = (typeof leavings)[number];
const leavingSchema = z
  .enum(leavings)
  .describe(
    'undo: it was never meant, and what it did in the run goes; return: it came back, and everything stays. Without it, a device with reports that count is returned from a cancelled order and later than 24 hours after its scan.',
  );

/** The client makes one for each scan, so that a scan that is sent again is answered but not counted twice. */
const mutationId = z.uuid();

export const customerOrderRoutes = {
  listCustomerOrders: route({
    method: 'GET',
    path: '/customer-orders',
    summary: 'Customer orders, newest first unless sorted otherwise; `late` keeps those whose due date is over',
    tag: 'orders',
    access: staff,
    query: namedListQuery.extend({
      state: z.enum(orderStates).optional(),
      clientId: idText.optional(),
      late: flag.optional(),
      sort: z.enum(orderSorts).default('-number'),
    }),
    output: json(page(customerOrderSchema)),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  createCustomerOrder: route({
    method: 'POST',
    path: '/customer-orders',
    summary: 'Place an order',
    tag: 'orders',
    access: operators,
    body: json(orderBody),
    output: json(customerOrderSchema),
    status: 201,
    idempotent: false,
    audited: 'customerOrder.create',
  }),
  getCustomerOrder: route({
    method: 'GET',
    path: '/customer-orders/{customerOrderId}',
    summary: 'One order with its progress',
    tag: 'orders',
    access: staff,
    params: params.customerOrder,
    output: json(customerOrderSchema),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  updateCustomerOrder: route({
    method: 'PATCH',
    path: '/customer-orders/{customerOrderId}',
    tag: 'orders',
    access: operators,
    summary: 'Change an order, close, cancel or reopen it',
    params: params.customerOrder,
    body: json(
      z.object({
        quantity: z.number().int().min(1).max(1_000_000).optional(),
        dueDate: date.nullable().optional(),
        notes: notes.optional(),
        pairsGoods: z.boolean().optional(),
        brandId: id.nullable().optional(),
        productionRunId: id.nullable().optional(),
        runSince: z
          .enum(['beginning', 'now'])
          .optional()
          .describe(
            'With another run: the run was wrong from the beginning of each device’s run period (or from its scan, where that opened none), which is the default, or it counts from now.',
          ),
        action: z.enum(['close', 'cancel', 'reopen']).optional(),
        acknowledged: z.boolean().optional().describe('With `close`: also while its box differs from the order.'),
        /** With `cancel`: how all its devices leave. */
        leaving: leavingSchema.optional(),
      }),
    ),
    output: json(customerOrderSchema),
    status: 200,
    idempotent: true,
    audited: 'customerOrder.update',
    versioned: { record: 'customer-orders', uncounted: ['action', 'acknowledged', 'leaving', 'runSince'] },
  }),
  deleteCustomerOrder: route({
    method: 'DELETE',
    path: '/customer-orders/{customerOrderId}',
    summary: 'Delete an order that was never scanned into',
    tag: 'orders',
    access: operators,
    params: params.customerOrder,
    output: nothing,
    status: 204,
    idempotent: true,
    audited: 'customerOrder.delete',
    versioned: { record: 'customer-orders' },
  }),
  listAllocations: route({
    method: 'GET',
    path: '/customer-orders/{customerOrderId}/allocations',
    summary: 'Devices in the order, newest first',
    tag: 'orders',
    access: staff,
    params: params.customerOrder,
    query: pageQuery.extend({ unpaired: flag.optional().describe('Only those in it without a code of their goods.') }),
    output: json(page(allocationSchema)),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  allocate: route({
    method: 'POST',
    path: '/customer-orders/{customerOrderId}/allocations',
    tag: 'orders',
    summary: 'Scan a device into the order; every outcome is an answer, and is recorded',
    access: floor,
    params: params.customerOrder,
    body: json(
      z.object({
        scan: z.string().max(500),
        mutationId: mutationId.optional(),
        returning: returnReasonSchema
          .optional()
          .describe('A device whose order is closed is returned from it for this reason, and allocated here.'),
        goodsOf: z
          .string()
          .max(100)
          .optional()
          .describe(
            'MAC address of a tracker of the order. What is scanned is the code of its goods, unless it is a tracker’s.',
          ),
        keepBoth: z
          .boolean()
          .optional()
          .describe('With goodsOf: also when another tracker of the order has this code.'),
      }),
    ),
    output: json(scanResultSchema),
    status: 200,
    idempotent: false,
    audited: 'allocation.scan',
    quick: true,
  }),
  undoAllocation: route({
    method: 'DELETE',
    path: '/customer-orders/{customerOrderId}/allocations',
    tag: 'orders',
    summary: 'Take a device out of the order again, by MAC or allocation; recorded, not erased',
    access: floor,
    params: params.customerOrder,
    query: z
      .object({
        /** A MAC address, or a scanned text that holds it. */
        macAddress: z.string().max(500).optional(),
        allocationId: idText.optional(),
        mutationId: mutationId.optional(),
        leaving: leavingSchema.optional(),
        only: z.enum(['goods']).optional().describe('The tracker stays; only the code of its goods is taken away.'),
        fromDesk: flag.optional().describe('Nobody has it in the hand: it is listed to be taken out of its box.'),
      })
      .refine(
        (q) => (q.macAddress === undefined) !== (q.allocationId === undefined),
        'Give macAddress or allocationId, and only one of them.',
      ),
    output: json(scanResultSchema),
    status: 200,
    idempotent: true,
    audited: 'allocation.undo',
    quick: true,
  }),
  previewLeaving: route({
    method: 'GET',
    path: '/customer-orders/{customerOrderId}/leaving',
    summary: 'How its devices, or one of them, would leave the order, and what an undo would take from its run',
    tag: 'orders',
    access: staff,
    params: params.customerOrder,
    query: z.object({
      allocationId: idText.optional(),
      cancelling: flag.optional().describe('They leave because the order is cancelled.'),
    }),
    output: json(
      z.object({
        /** Unless the person says otherwise. */
        undone: z.number().int(),
        returned: z.number().int(),
        /** Counted reports and confirmed deliveries that leave the run if all are undone. */
        reports: z.number().int(),
        deliveries: z.number().int(),
      }),
    ),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  returnDevice: route({
    method: 'POST',
    path: '/customer-orders/{customerOrderId}/returns',
    summary: 'Return a device from the order, also a closed one: its run period ends and everything in it stays',
    tag: 'orders',
    access: floor,
    params: params.customerOrder,
    body: json(
      z
        .object({
          macAddress: z.string().max(100).optional(),
          allocationId: id.optional(),
          reason: returnReasonSchema,
          at: instant.optional().describe('When it came back, within its present run period; now without it.'),
          mutationId: mutationId.optional(),
        })
        .refine(
          (b) => (b.macAddress === undefined) !== (b.allocationId === undefined),
          'Give macAddress or allocationId, and only one of them.',
        ),
    ),
    output: json(scanResultSchema),
    status: 200,
    idempotent: false,
    audited: 'allocation.return',
  }),
  listScans: route({
    method: 'GET',
    path: '/customer-orders/{customerOrderId}/scans',
    summary: 'Every scan of the order, newest first',
    tag: 'orders',
    access: staff,
    params: params.customerOrder,
    query: pageQuery,
    output: json(
      page(
        z.object({
          id,
          outcome: z.enum(scanOutcomes),
          scanned: z.string(),
          macAddress: z.string().nullable(),
          allocationId: id.nullable(),
          scannedBy: z.string(),
          scannedAt: instant,
          /** Judged on this workstation, and not sent yet. */
          pending: z.boolean().optional(),
        }),
      ),
    ),
    status: 200,
    idempotent: true,
    audited: null,
  }),
};
