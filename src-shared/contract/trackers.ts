import { z } from 'zod';
import { flag, id, idText, instant, page, pageQuery, params, point, reference, sortsBy } from './common.ts';
import { importContentTypes, MAX_IMPORT_BYTES, trackerImportQuery } from './device-imports.ts';
import { jobSchema } from './jobs.ts';
import { everyone, floor, operators, staff } from './roles.ts';
import { file, json, route } from './route.ts';
import { periodWords } from './run-periods.ts';
import { leftOutReasons, locationKinds, periods } from './status.ts';
import { status } from './status-schema.ts';

const locationReference = reference.extend({ kind: z.enum(locationKinds) });
const nearestCitySchema = z.object({ name: z.string(), countryCode: z.string(), distanceM: z.number() });
export const batteryLevels = ['full', 'medium', 'low', 'very-low'] as const;

const deviceKeySchema = z.object({
  /** From 1. */
  number: z.number().int(),
  hashedAdvertisementKey: z.string(),
  /** The address that it broadcasts under. */
  broadcastAddress: z.string(),
  /** Without a private key no report is asked for under it. */
  hasPrivateKey: z.boolean(),
  reportCount: z.number().int(),
  /** By the times of the reports. */
  firstHeardAt: instant.nullable(),
  lastHeardAt: instant.nullable(),
});
export type DeviceKey = z.infer<typeof deviceKeySchema>;
const locationReportSchema = z.object({
  id: z.string(),
  reportedAt: instant,
  receivedAt: instant,
  publishedAt: instant.nullable(),
  position: point.nullable(),
  horizontalAccuracyM: z.number().nullable(),
  confidence: z.number().int(),
  batteryLevel: z.enum(batteryLevels).nullable(),
  /** Of a firmware that sends the voltage instead of a level. */
  batteryVolts: z.number().nullable(),
  nearestCity: nearestCitySchema.nullable(),
  /** Null when the report counts. */
  leftOutReason: z.enum(leftOutReasons).nullable(),
});
export type LocationReport = z.infer<typeof locationReportSchema>;

/** The stages of a device's life before its first report, worked out from what is recorded about it. */
export const lifecycleStages = ['generated', 'exported', 'manufactured', 'allocated'] as const;

/** Why a device is returned from its order, or retired. */
export const returnReasons = ['returned', 'lost', 'broken', 'sold'] as const;
export type ReturnReason = (typeof returnReasons)[number];
export const returnReasonSchema = z.enum(returnReasons);

const trackerSchema = z.object({
  id,
  macAddress: z.string().nullable(),
  serialNumber: z.string().nullable(),
  advertisementKey: z.string(),
  hashedAdvertisementKey: z.string(),
  stage: z.enum(lifecycleStages),
  keyBatch: reference.nullable(),
  productionRun: reference.nullable(),
  /** What it is fixed to while it is in that run; null out of any. */
  runPeriod: periodWords.extend({ id }).nullable(),
  brand: reference.nullable(),
  client: reference.nullable(),
  customerOrder: z.object({ id, number: z.string() }).nullable(),
  /** Out of use since then; absent or null while it is in use. */
  retired: z.object({ at: instant, reason: returnReasonSchema }).nullable().optional(),
  /** A move at an instant to come; a null run takes it out of any. Only staff are told. */
  planned: z.object({ productionRun: reference.nullable(), beginsAt: instant }).nullable().optional(),
  status,
  statusSince: instant.nullable(),
  location: locationReference.nullable(),
  lastReport: z
    .object({
      reportedAt: instant,
      position: point,
      horizontalAccuracyM: z.number(),
      batteryLevel: z.enum(batteryLevels).nullable(),
      batteryVolts: z.number().nullable(),
      nearestCity: nearestCitySchema.nullable(),
    })
    .nullable(),
  reportCount: z.number().int(),
  createdAt: instant,
});
export type Tracker = z.infer<typeof trackerSchema>;

const statusHistoryEntry = z.object({
  id,
  visitId: z.string(),
  status,
  location: locationReference.nullable(),
  enteredAt: instant,
  leftAt: instant.nullable(),
  causedByReportId: z.string(),
  supersededAt: instant.nullable(),
  supersededReason: z.string().nullable(),
});
export type StatusHistoryEntry = z.infer<typeof statusHistoryEntry>;

const trackerAggregate = z.object({
  bucketStart: instant,
  reportCount: z.number().int(),
  firstReportedAt: instant,
  lastReportedAt: instant,
  /** Mean position weighted by 1 / accuracy². */
  position: point,
  distanceM: z.number(),
  statusAtEnd: status,
});
export type TrackerAggregate = z.infer<typeof trackerAggregate>;

/** Those that have an index, and those of which the database sorts everything that matches. */
export const trackerSorts = [
  ...sortsBy('id', 'macAddress', 'lastReportedAt'),
  ...sortsBy(
    'status',
    'statusSince',
    'location',
    'battery',
    'client',
    'brand',
    'productionRun',
    'name',
    'goodsReference',
  ),
  ...sortsBy('nearestCity', 'order', 'serial', 'keyBatch', 'reports'),
];
export const trackerFilters = z.object({
  search: z.string().trim().max(200).optional(),
  clientId: idText.optional(),
  brandId: idText.optional(),
  productionRunId: idText.optional(),
  keyBatchId: idText.optional(),
  customerOrderId: idText.optional(),
  locationId: idText.optional(),
  status: status.optional(),
  stage: z.enum(lifecycleStages).optional(),
  /** Only trackers whose device exists, or only keys that wait for one. */
  made: flag.optional(),
  /** A tag of its present run period. */
  tag: z.string().trim().toLowerCase().max(40).optional(),
  /** Only manufactured trackers of runs that are active now, of which reports are expected. */
  expected: flag.optional(),
  /** Trackers that are out of use are left out, unless they are asked for. */
  retired: z.enum(['without', 'with', 'only']).optional(),
  silentForHours: z.coerce.number().positive().max(87_600).optional(),
  /** Last reported at or after this instant, and before that one. */
  reportedFrom: instant.optional(),
  reportedTo: instant.optional(),
  /** Its delivery in its present run period was confirmed at or after this instant, and before that one. */
  deliveredFrom: instant.optional(),
  deliveredTo: instant.optional(),
});
/** Columns of the list on screen and of its export. */
export const trackerColumnIds = [
  'mac',
  'status',
  'statusSince',
  'location',
  'lastReported',
  'nearestCity',
  'position',
  'battery',
  'client',
  'brand',
  'productionRun',
  'name',
  'goodsReference',
  'tags',
  'note',
  'order',
  'stage',
  'serial',
  'keyBatch',
  'reports',
  'hashedKey',
] as const;
export type TrackerColumn = (typeof trackerColumnIds)[number];
const columnList = z
  .string()
  .max(2000)
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum(trackerColumnIds)).min(1))
  .transform((names) => [...new Set(names)]);

const pastTrackerSchema = z.object({
  /** The run period, which is the row. */
  id,
  tracker: z.object({ id, macAddress: z.string().nullable(), serialNumber: z.string().nullable() }),
  productionRun: reference,
  client: reference,
  endedAt: instant,
  status,
  location: locationReference.nullable(),
  lastReport: z.object({ reportedAt: instant, position: point, horizontalAccuracyM: z.number() }).nullable(),
  reportCount: z.number().int(),
});
export type PastTracker = z.infer<typeof pastTrackerSchema>;

const timeRange = { from: instant.optional(), to: instant.optional() };

export const trackerRoutes = {
  listTrackers: route({
    method: 'GET',
    path: '/trackers',
    summary: 'Trackers',
    tag: 'trackers',
    access: everyone,
    query: pageQuery.extend({ ...trackerFilters.shape, sort: z.enum(trackerSorts).default('-lastReportedAt') }),
    output: json(page(trackerSchema)),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  listPastTrackers: route({
    method: 'GET',
    path: '/trackers/past',
    summary: 'Trackers that moved on from a run, as they were at the end of their time in it, latest move first',
    tag: 'trackers',
    access: everyone,
    query: pageQuery.extend(
      trackerFilters.pick({ search: true, clientId: true, brandId: true, productionRunId: true }).shape,
    ),
    output: json(page(pastTrackerSchema)),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  countTrackers: route({
    method: 'GET',
    path: '/trackers/count',
    summary: 'How many trackers match; of those that a text finds, up to 10,000',
    tag: 'trackers',
    access: everyone,
    query: trackerFilters,
    /** `isMore` where there are more than were counted. */
    output: json(z.object({ count: z.number().int(), isMore: z.literal(true).optional() })),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  exportTrackers: route({
    method: 'GET',
    path: '/trackers/export',
    summary: 'The list as CSV: these filters, this order, these columns, all rows',
    tag: 'trackers',
    access: everyone,
    query: trackerFilters.extend({ sort: z.enum(trackerSorts).default('-lastReportedAt'), columns: columnList }),
    output: file('text/csv'),
    status: 200,
    idempotent: true,
    audited: 'trackers.export',
    ownTransaction: true,
  }),
  importTrackers: route({
    method: 'POST',
    path: '/trackers/import',
    tag: 'trackers',
    summary:
      'Import existing devices by CSV, XLSX, JSON, .keys or plist files, also of other tools: private keys, one or several a device, and MAC address',
    access: operators,
    query: trackerImportQuery.extend({ productionRunId: idText }),
    body: { kind: 'stream', contentTypes: importContentTypes, maxBytes: MAX_IMPORT_BYTES },
    output: json(jobSchema),
    status: 202,
    idempotent: false,
    audited: 'trackers.import',
    ownTransaction: true,
  }),
  getTracker: route({
    method: 'GET',
    path: '/trackers/{trackerId}',
    summary: 'One tracker',
    tag: 'trackers',
    access: everyone,
    params: params.tracker,
    output: json(trackerSchema),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  assignTrackers: route({
    method: 'POST',
    path: '/trackers/assign',
    summary: 'Move trackers to a production run, or out of one',
    tag: 'trackers',
    access: operators,
    body: json(
      z.object({
        trackerIds: z.array(id).min(1).max(500),
        productionRunId: id.nullable(),
        since: z
          .union([z.enum(['now', 'run-begins']), instant])
          .optional()
          .describe(
            'From when on they belong to it: an instant within the present run period of each, "now", or "run-begins". An instant to come is planned, one a tracker. Without it, a run period without a report is replaced as a whole within one client, a first one reaches back without limit, and all others change now.',
          ),
      }),
    ),
    /** `planned` ones move when their time has come. */
    output: json(z.object({ moved: z.number().int(), planned: z.number().int().optional() })),
    status: 200,
    idempotent: true,
    audited: 'trackers.assign',
  }),
  bringBackTrackers: route({
    method: 'POST',
    path: '/trackers/bring-back',
    summary: 'Take retired trackers into use again; their next run begins when they are assigned to it',
    tag: 'trackers',
    access: floor,
    body: json(z.object({ trackerIds: z.array(id).min(1).max(500) })),
    output: json(z.object({ broughtBack: z.number().int() })),
    status: 200,
    idempotent: true,
    audited: 'trackers.bringBack',
  }),
  listLocationReports: route({
    method: 'GET',
    path: '/trackers/{trackerId}/location-reports',
    summary: 'Location reports, newest first',
    tag: 'trackers',
    access: everyone,
    params: params.tracker,
    query: pageQuery.extend(timeRange),
    output: json(page(locationReportSchema)),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  listDeviceKeys: route({
    method: 'GET',
    path: '/trackers/{trackerId}/device-keys',
    summary: 'The keys of a tracker in their order, and when each was heard',
    tag: 'trackers',
    access: staff,
    params: params.tracker,
    output: json(z.object({ items: z.array(deviceKeySchema) })),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  listStatusHistory: route({
    method: 'GET',
    path: '/trackers/{trackerId}/status-history',
    summary: 'Status history, newest first',
    tag: 'trackers',
    access: everyone,
    params: params.tracker,
    /** With a time range: entries whose stay touches it. */
    query: pageQuery.extend({ includeSuperseded: flag.optional(), ...timeRange }),
    output: json(page(statusHistoryEntry)),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  listTrackerAggregates: route({
    method: 'GET',
    path: '/trackers/{trackerId}/aggregates',
    summary: 'Reports by hour or day, newest first',
    tag: 'trackers',
    access: everyone,
    params: params.tracker,
    query: pageQuery.extend({ period: z.enum(periods).default('day'), ...timeRange }),
    output: json(page(trackerAggregate)),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  getFetchState: route({
    method: 'GET',
    path: '/trackers/{trackerId}/fetch-state',
    summary: 'When it was fetched and how it failed',
    tag: 'trackers',
    access: staff,
    params: params.tracker,
    output: json(
      z.object({
        queued: z.boolean(),
        nextDueAt: instant.nullable(),
        factor: z.number().int(),
        streak: z.number().int(),
        totalFailures: z.number().int(),
        firstFailureAt: instant.nullable(),
        lastFailureAt: instant.nullable(),
        lastSuccessAt: instant.nullable(),
        lastError: z.string().nullable(),
        days: z.array(z.object({ day: z.string(), failures: z.number().int(), successes: z.number().int() })),
      }),
    ),
    status: 200,
    idempotent: true,
    audited: null,
  }),
};
