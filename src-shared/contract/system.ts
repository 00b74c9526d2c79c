import { z } from 'zod';
import { id, instant } from './common.ts';
import { eventSchema } from './events.ts';
import { everyone, staff } from './roles.ts';
import { file, json, route } from './route.ts';

export const overviewSchema = z.object({
  trackers: z.object({
    total: z.number().int(),
    manufactured: z.number().int(),
    allocated: z.number().int(),
    active: z.number().int(),
    silent: z.number().int(),
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
  reportsByDay: z.array(z.object({ day: z.string(), reports: z.number().int() })),
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
      locationName: z.string(),
      enteredAt: instant,
    }),
  ),
});
export type Overview = z.infer<typeof overviewSchema>;

export const systemRoutes = {
  getOverview: route({
    method: 'GET',
    path: '/overview',
    summary: 'What needs attention now',
    tag: 'system',
    access: everyone,
    output: json(overviewSchema),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  streamEvents: route({
    method: 'GET',
    path: '/events',
    summary: 'Server-Sent Events: what changed, and the progress of jobs',
    tag: 'system',
    access: everyone,
    output: { kind: 'events', schema: eventSchema },
    status: 200,
    idempotent: true,
    audited: null,
    ownTransaction: true,
  }),
  getAbout: route({
    method: 'GET',
    path: '/about',
    summary: 'Version, engine, schedule and key state of this console',
    tag: 'system',
    access: staff,
    output: json(
      z.object({
        version: z.string(),
        database: z.enum(['embedded', 'postgresql']),
        schedule: z.enum(['memory', 'redis']),
        keyState: z.enum(['ready', 'not-enrolled', 'locked']),
        keyFile: z.string().nullable(),
        attributions: z.array(z.string()),
      }),
    ),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  getLiveness: route({
    method: 'GET',
    path: '/health/live',
    summary: '200 while the process answers',
    tag: 'health',
    access: 'public',
    output: json(z.object({ status: z.literal('ok') })),
    status: 200,
    idempotent: true,
    audited: null,
    ownTransaction: true,
  }),
  getReadiness: route({
    method: 'GET',
    path: '/health/ready',
    summary: '200 when database, schedule and workers are up, 503 otherwise',
    tag: 'health',
    access: 'public',
    output: json(z.object({ status: z.literal('ok'), checks: z.record(z.string(), z.string()) })),
    status: 200,
    idempotent: true,
    audited: null,
    ownTransaction: true,
  }),
  getMetrics: route({
    method: 'GET',
    path: '/metrics',
    summary: 'Prometheus metrics; counts only, no names',
    tag: 'health',
    access: 'public',
    output: file('text/plain'),
    status: 200,
    idempotent: true,
    audited: null,
    ownTransaction: true,
  }),
  getOpenApi: route({
    method: 'GET',
    path: '/openapi.json',
    summary: 'This API as OpenAPI 3.1',
    tag: 'health',
    access: 'public',
    output: file('application/json'),
    status: 200,
    idempotent: true,
    audited: null,
    ownTransaction: true,
  }),
};
