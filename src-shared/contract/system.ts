import { z } from 'zod';
import { receiverUrl, version } from './common.ts';
import { eventSchema } from './events.ts';
import { partStateSchema } from './part-state.ts';
import { adminOnly, everyone, operators, staff } from './roles.ts';
import { file, json, route } from './route.ts';

const networkSettings = z.object({
  privateNetworks: z.boolean(),
  /** Where the newest anchor of the audit log is sent each hour, as JSON; null for nowhere. */
  anchorUrl: receiverUrl.nullable(),
});

export const systemRoutes = {
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
  getNotices: route({
    method: 'GET',
    path: '/notices',
    summary: 'What people should know on every screen: a part that does not work, a clock that is off, a late backup',
    tag: 'system',
    access: staff,
    output: json(
      z.object({
        /** How far the database's clock is ahead of this console's machine; 0 up to half a minute. */
        clockOffMs: z.number(),
        backup: z.enum(['fine', 'overdue', 'failed']),
        /** Parts that do not do their work, each with its sentence. */
        troubles: z.array(z.object({ part: z.string(), why: z.string() })),
      }),
    ),
    status: 200,
    idempotent: true,
    audited: null,
    ownTransaction: true,
  }),
  getNetworkSettings: route({
    method: 'GET',
    path: '/network-settings',
    summary: 'Where the console may connect to, and where it sends anchors of the audit log',
    tag: 'system',
    access: staff,
    output: json(networkSettings.extend({ version })),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  updateNetworkSettings: route({
    method: 'PATCH',
    path: '/network-settings',
    summary: 'Allow or refuse addresses in private networks; send anchors of the audit log to an address',
    tag: 'system',
    access: adminOnly,
    body: json(networkSettings.partial()),
    output: json(networkSettings.extend({ version })),
    status: 200,
    idempotent: true,
    audited: 'network-settings.update',
    versioned: { record: 'settings/network' },
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
    summary: '200 when database and schedule take changes and all workers are up, 503 otherwise; how each part is',
    tag: 'health',
    access: 'public',
    output: json(z.object({ status: z.literal('ok'), checks: z.record(z.string(), partStateSchema) })),
    status: 200,
    idempotent: true,
    audited: null,
    ownTransaction: true,
  }),
  getMetrics: route({
    method: 'GET',
    path: '/metrics',
    summary: 'Prometheus metrics; counts only, no names. A scraper sends an API token with the scope read:metrics',
    tag: 'metrics',
    access: operators,
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
