import { z } from 'zod';
import { dayZone, id, instant } from './common.ts';
import { everyone } from './roles.ts';
import { json, route } from './route.ts';

export const overviewSchema = z.object({
  trackers: z.object({
    total: z.number().int(),
    manufactured: z.number().int(),
    allocated: z.number().int(),
    active: z.number().int(),
    /** Not heard of for `silentAfterHours`, the setting of alerts. */
    silent: z.number().int(),
    silentAfterHours: z.number(),
    /** Never heard of, and not for so long yet. */
    waiting: z.number().int(),
  }),
  statusCounts: z.object({
    UNKNOWN: z.number().int(),
    IN_TRANSIT: z.number().int(),
    IN_STORAGE: z.number().int(),
    DELIVERED: z.number().int(),
  }),
  runs: z.object({ notBegun: z.number().int(), active: z.number().int(), over: z.number().int() }),
  orders: z.object({ open: z.number().int(), late: z.number().int() }),
  lateOrders: z.array(
    z.object({
      id,
      number: z.string(),
      clientName: z.string(),
      dueDate: z.string(),
      allocatedCount: z.number().int(),
      quantity: z.number().int(),
    }),
  ),
  /** By days of UTC, as reports are added up. */
  reportsByDay: z.array(z.object({ day: z.string(), reports: z.number().int() })),
  /** By the days that were asked for. */
  statusByDay: z.array(
    z.object({
      day: z.string(),
      IN_TRANSIT: z.number().int(),
      IN_STORAGE: z.number().int(),
      DELIVERED: z.number().int(),
    }),
  ),
  recentDeliveries: z.array(
    z.object({
      trackerId: id,
      macAddress: z.string().nullable(),
      /** What people call it: its name in the run, else what it is fixed to, its tags or its serial number. */
      name: z.string().nullable(),
      locationName: z.string(),
      confirmedAt: instant,
    }),
  ),
});
export type Overview = z.infer<typeof overviewSchema>;

/** The classes of a chart of stays, by how long they lasted. The last has no upper end. */
export const dwellBuckets = [
  { id: 'under-1h', untilHours: 1 },
  { id: '1h-6h', untilHours: 6 },
  { id: '6h-1d', untilHours: 24 },
  { id: '1d-3d', untilHours: 72 },
  { id: '3d-7d', untilHours: 168 },
  { id: '7d-14d', untilHours: 336 },
  { id: 'over-14d', untilHours: null },
] as const;
export type DwellBucket = (typeof dwellBuckets)[number]['id'];

export const overviewCharts = z.object({
  deliveriesByDay: z.array(z.object({ day: z.string(), deliveries: z.number().int() })),
  /** Stays at storage locations that ended within the charts' days, by how long they lasted. */
  dwell: z.array(z.object({ bucket: z.enum(dwellBuckets.map((one): DwellBucket => one.id)), stays: z.number().int() })),
});

const query = z.object({ timeZone: dayZone.optional() });

export const overviewRoutes = {
  getOverview: route({
    method: 'GET',
    path: '/overview',
    summary: 'What needs attention now; statuses by day of `timeZone` (UTC without it)',
    tag: 'system',
    access: everyone,
    query,
    output: json(overviewSchema),
    status: 200,
    idempotent: true,
    audited: null,
    ownTransaction: true,
  }),
  getOverviewCharts: route({
    method: 'GET',
    path: '/overview/charts',
    summary:
      'Deliveries by the day of `timeZone` (UTC without it) on which they were confirmed, and how long stays at storage locations lasted, over the last 14 days',
    tag: 'system',
    access: everyone,
    query,
    output: json(overviewCharts),
    status: 200,
    idempotent: true,
    audited: null,
    ownTransaction: true,
  }),
};
