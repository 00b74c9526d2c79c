import { z } from 'zod';
import { id, idText, instant, lines, page, pageQuery, point, reference, version } from './common.ts';
import { everyone, operators, staff } from './roles.ts';
import { json, route } from './route.ts';

export const alertKinds = [
  'impossible-speed',
  'silent',
  'left-delivery',
  'unexpected-stop',
  'off-route',
  'battery-low',
  'silent-cluster',
  'login',
] as const;
export type AlertKind = (typeof alertKinds)[number];
export const severities = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof severities)[number];
const alertStates = ['open', 'acknowledged', 'resolved'] as const;
export type AlertState = (typeof alertStates)[number];

/** The figures behind an alert, in metres, kilometres an hour and hours. Its kind decides which of them are there. */
const alertEvidence = z
  .object({
    speedKmh: z.number(),
    distanceM: z.number(),
    from: instant,
    to: instant,
    lastReportedAt: instant.nullable(),
    leftAt: instant,
    visitId: z.string(),
    since: instant,
    hours: z.number(),
    position: point,
    batteryLevel: z.string(),
    silent: z.number().int(),
    of: z.number().int(),
    place: z.string().nullable(),
    trackerIds: z.array(id),
    workedAt: instant,
    refusedAt: instant,
    expiresAt: instant,
  })
  .partial();
export type AlertEvidence = z.infer<typeof alertEvidence>;

const alertSchema = z.object({
  id,
  kind: z.enum(alertKinds),
  severity: z.enum(severities),
  state: z.enum(alertStates),
  tracker: z.object({ id, macAddress: z.string().nullable() }).nullable(),
  /** What it is about belongs to a run and a client, or is a report source. */
  productionRun: reference.nullable(),
  client: reference.nullable(),
  reportSource: reference.nullable(),
  location: reference.nullable(),
  raisedAt: instant,
  /** The time that the tracker's page opens at, to show the evidence. */
  evidenceAt: instant,
  evidence: alertEvidence,
  resolvedAt: instant.nullable(),
  acknowledgement: z.object({ by: z.string(), at: instant, note: z.string() }).nullable(),
  /** The location that it is about, or the city that the tracker was last seen near. */
  place: z.string().nullable(),
  /** Who deals with it, as staff agreed. Only staff are told. */
  assignment: z.object({ to: reference, by: z.string(), at: instant }).nullable(),
  /** Nobody has to look until then. Only staff are told. */
  snooze: z.object({ until: instant, by: z.string() }).nullable(),
});
export type Alert = z.infer<typeof alertSchema>;

/** When something is an anomaly, and when a visit is a delivery. One set for all runs. */
export const thresholdsSchema = z.object({
  minimumDwellMinutes: z.number().int().min(0).max(10_080),
  maxSpeedKmh: z.number().min(50).max(10_000),
  silentHours: z.number().int().min(1).max(720),
  stopHours: z.number().int().min(2).max(336),
  stopRadiusM: z.number().min(50).max(10_000),
  offRouteKm: z.number().min(1).max(10_000),
  clusterCount: z.number().int().min(2).max(100_000),
  clusterShare: z.number().min(0.01).max(1),
});
export type Thresholds = z.infer<typeof thresholdsSchema>;

export const defaultThresholds: Thresholds = {
  /** A visit to a delivery location is a delivery once its reports show that it lasted this long. */
  minimumDwellMinutes: 60,
  /** Faster than a jet with a tailwind. Both accuracies are taken off the distance first. */
  maxSpeedKmh: 1_100,
  silentHours: 48,
  /** In transit, with every hourly position of the last `stopHours` within `stopRadiusM` of the latest one. */
  stopHours: 36,
  stopRadiusM: 500,
  /** In transit, and farther than this from every location of its run. */
  offRouteKm: 500,
  /** A cluster: at least this many trackers of a run are silent, and at least this share of them. */
  clusterCount: 5,
  clusterShare: 0.1,
};

/** Ways to sort alerts; `-` turns one round. `-severity` is the worst first, of those the newest. */
export const alertSorts = ['raised', '-raised', 'severity', '-severity', 'at', '-at'] as const;
export type AlertSort = (typeof alertSorts)[number];
export const alertGroupings = ['client', 'productionRun', 'place'] as const;
export type AlertGrouping = (typeof alertGroupings)[number];

const alertFilters = z.object({
  /** Snoozed ones are in `snoozed`, `resolved` and the list of all, and in no other. */
  state: z.enum([...alertStates, 'unresolved', 'snoozed']).optional(),
  severity: z.enum(severities).optional(),
  kind: z.enum(alertKinds).optional(),
  trackerId: idText.optional(),
  productionRunId: idText.optional(),
  clientId: idText.optional(),
  /** Empty for those that have none. */
  place: z.string().trim().max(300).optional(),
  assignee: z.enum(['me', 'none']).optional(),
  /** Their evidence lies at or after this instant, and before that one. */
  from: instant.optional(),
  to: instant.optional(),
});

const alertGroup = z.object({
  /** Of the client or run; null for a place, and for what has none. */
  id: id.nullable(),
  name: z.string(),
  critical: z.number().int(),
  warning: z.number().int(),
  info: z.number().int(),
});
export type AlertGroup = z.infer<typeof alertGroup>;

const alertSummary = z.object({
  /** Not resolved, including those that were acknowledged. */
  unresolved: z.number().int(),
  /** Neither resolved nor acknowledged. */
  open: z.number().int(),
  bySeverity: z.object({ info: z.number().int(), warning: z.number().int(), critical: z.number().int() }),
  byKind: z.array(z.object({ kind: z.enum(alertKinds), open: z.number().int() })),
  /** Open alerts, the most severe first, then the newest. */
  newest: z.array(alertSchema),
});
export type AlertSummary = z.infer<typeof alertSummary>;

export const alertRoutes = {
  listAlerts: route({
    method: 'GET',
    path: '/alerts',
    summary: 'Alerts, newest first unless sorted otherwise; “unresolved” is open or acknowledged',
    tag: 'alerts',
    access: everyone,
    query: pageQuery.extend({ ...alertFilters.shape, sort: z.enum(alertSorts).optional() }),
    output: json(page(alertSchema)),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  listAlertGroups: route({
    method: 'GET',
    path: '/alerts/groups',
    summary: 'How many of these alerts there are by client, run or place; the worst groups first, at most 200',
    tag: 'alerts',
    access: everyone,
    query: alertFilters.extend({ by: z.enum(alertGroupings) }),
    output: json(z.object({ items: z.array(alertGroup) })),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  listAlertAssignees: route({
    method: 'GET',
    path: '/alerts/assignees',
    summary: 'Who an alert can be assigned to',
    tag: 'alerts',
    access: operators,
    output: json(z.object({ items: z.array(reference) })),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  getAlertSummary: route({
    method: 'GET',
    path: '/alerts/summary',
    summary: 'Open alerts by severity and kind, and the five to look at first',
    tag: 'alerts',
    access: everyone,
    output: json(alertSummary),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  acknowledgeAlerts: route({
    method: 'POST',
    path: '/alerts/acknowledge',
    summary: 'Acknowledge alerts: somebody has seen them and deals with them',
    tag: 'alerts',
    access: operators,
    body: json(z.object({ alertIds: z.array(id).min(1).max(500), note: lines(1000).default('') })),
    output: json(z.object({ acknowledged: z.number().int() })),
    status: 200,
    idempotent: true,
    audited: 'alerts.acknowledge',
  }),
  triageAlerts: route({
    method: 'PATCH',
    path: '/alerts',
    summary: 'Assign alerts, snooze them until an instant, or take an acknowledgement back',
    tag: 'alerts',
    access: operators,
    body: json(
      z
        .object({
          alertIds: z.array(id).min(1).max(500),
          /** Null: nobody. */
          assigneeId: id.nullable().optional(),
          /** An instant to come; null wakes them. */
          snoozedUntil: instant.nullable().optional(),
          /** They were acknowledged by mistake. */
          reopen: z.literal(true).optional(),
        })
        .refine(
          ({ assigneeId, snoozedUntil, reopen }) =>
            assigneeId !== undefined || snoozedUntil !== undefined || reopen !== undefined,
          { message: 'Say what to change: assigneeId, snoozedUntil or reopen.' },
        ),
    ),
    output: json(z.object({ changed: z.number().int() })),
    status: 200,
    idempotent: true,
    audited: 'alerts.triage',
  }),
  getThresholds: route({
    method: 'GET',
    path: '/analytics/thresholds',
    summary: 'When something is an anomaly, and when a visit is a delivery',
    tag: 'alerts',
    access: staff,
    output: json(thresholdsSchema.extend({ version })),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  updateThresholds: route({
    method: 'PATCH',
    path: '/analytics/thresholds',
    summary: 'Change thresholds; deliveries and alerts are recalculated',
    tag: 'alerts',
    access: operators,
    body: json(thresholdsSchema.partial()),
    output: json(thresholdsSchema.extend({ version })),
    status: 200,
    idempotent: true,
    audited: 'analytics.thresholds',
    versioned: { record: 'settings/analytics-thresholds' },
  }),
};
