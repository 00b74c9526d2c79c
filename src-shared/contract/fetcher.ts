import { z } from 'zod';
import { id, instant, name, page, pageQuery, params } from './common.ts';
import { operators, staff } from './roles.ts';
import { json, nothing, route } from './route.ts';

export const reportSourceKinds = ['apple-older', 'apple-newer', 'haystack'] as const;
export type ReportSourceKind = (typeof reportSourceKinds)[number];
export const circuitStates = ['closed', 'half-open', 'open'] as const;

/** A source of reports as the API shows it. Secrets go in and never come out; `hasCredentials` says whether there are any. */
export const reportSourceSchema = z.object({
  id,
  name: z.string(),
  kind: z.enum(reportSourceKinds),
  url: z.string(),
  anisetteUrl: z.string().nullable(),
  enabled: z.boolean(),
  hasCredentials: z.boolean(),
  minIntervalSeconds: z.number().int(),
  maxBatchSize: z.number().int(),
  state: z.object({
    circuit: z.enum(circuitStates),
    pausedUntil: instant.nullable(),
    batchSize: z.number().int(),
    learnedCap: z.number().int().nullable(),
    lastRequestAt: instant.nullable(),
    lastError: z.string().nullable(),
    requests: z.number().int(),
    failures: z.number().int(),
    saturated: z.number().int(),
    reports: z.number().int(),
  }),
});
export type ReportSource = z.infer<typeof reportSourceSchema>;

/** An auth.json of other tools, a haystack endpoint's Basic credentials, or nothing. */
const credentials = z.union([
  z.object({ dsid: z.string().min(1).max(200), searchPartyToken: z.string().min(1).max(4000) }),
  z.object({ username: z.string().max(200), password: z.string().max(200) }),
]);
const httpUrl = z.url({ protocol: /^https?$/, message: 'Use an address that starts with http:// or https://.' });
const sourceFields = {
  name,
  kind: z.enum(reportSourceKinds),
  url: httpUrl,
  anisetteUrl: httpUrl.nullable(),
  enabled: z.boolean(),
  /** Floor between two requests to this source; FINDMY.md warns of bans below 15 to 30 minutes for the same request. */
  minIntervalSeconds: z.number().int().min(0).max(86_400),
  maxBatchSize: z.number().int().min(1).max(290),
  credentials: credentials.nullable(),
};

export const fetcherStateSchema = z.object({
  running: z.boolean(),
  paused: z.boolean(),
  schedule: z.enum(['memory', 'redis']),
  queue: z.object({
    depth: z.number().int(),
    due: z.number().int(),
    leased: z.number().int(),
    oldestDueAt: instant.nullable(),
    dueLagSeconds: z.number(),
  }),
  totals: z.object({
    requests: z.number().int(),
    reports: z.number().int(),
    stored: z.number().int(),
    duplicates: z.number().int(),
    corrupt: z.number().int(),
    absent: z.number().int(),
  }),
  failingTrackers: z.number().int(),
  lastCycleAt: instant.nullable(),
  sources: z.array(reportSourceSchema),
  settings: z.object({
    maxReportAgeDays: z.number(),
    fetchIntervalMinutes: z.number(),
    maxBackoffHours: z.number(),
    batchSize: z.number().int(),
  }),
});
export type FetcherState = z.infer<typeof fetcherStateSchema>;

export const fetchFailureSchema = z.object({
  trackerId: id,
  macAddress: z.string().nullable(),
  productionRunName: z.string().nullable(),
  streak: z.number().int(),
  factor: z.number().int(),
  totalFailures: z.number().int(),
  firstFailureAt: instant.nullable(),
  lastFailureAt: instant.nullable(),
  nextDueAt: instant.nullable(),
  lastError: z.string().nullable(),
});

export const fetcherRoutes = {
  getFetcher: route({
    method: 'GET',
    path: '/fetcher',
    summary: 'State of the fetcher: queue, sources, totals, settings',
    tag: 'fetcher',
    access: staff,
    output: json(fetcherStateSchema),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  controlFetcher: route({
    method: 'POST',
    path: '/fetcher',
    summary: 'Pause, resume, or fetch now (all due, or the named trackers)',
    tag: 'fetcher',
    access: operators,
    body: json(
      z.object({
        action: z.enum(['pause', 'resume', 'fetch-now']),
        trackerIds: z.array(id).max(500).optional(),
      }),
    ),
    output: json(fetcherStateSchema),
    status: 200,
    idempotent: true,
    audited: 'fetcher.control',
    ownTransaction: true,
  }),
  updateFetcherSettings: route({
    method: 'PATCH',
    path: '/fetcher/settings',
    summary: 'Change the schedule without a restart',
    tag: 'fetcher',
    access: operators,
    body: json(
      z
        .object({
          maxReportAgeDays: z.number().min(0.1).max(7),
          fetchIntervalMinutes: z.number().min(0.05).max(1440),
          maxBackoffHours: z.number().min(0.1).max(168),
          batchSize: z.number().int().min(1).max(290),
        })
        .partial(),
    ),
    output: json(fetcherStateSchema.shape.settings),
    status: 200,
    idempotent: true,
    audited: 'fetcher.settings',
  }),
  listFetchFailures: route({
    method: 'GET',
    path: '/fetcher/failures',
    summary: 'Trackers that are absent from answers, longest streak first',
    tag: 'fetcher',
    access: staff,
    query: pageQuery,
    output: json(page(fetchFailureSchema)),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  listReportSources: route({
    method: 'GET',
    path: '/report-sources',
    summary: 'Report sources',
    tag: 'fetcher',
    access: staff,
    query: pageQuery,
    output: json(page(reportSourceSchema)),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  createReportSource: route({
    method: 'POST',
    path: '/report-sources',
    summary: 'Add a report source; credentials are stored encrypted',
    tag: 'fetcher',
    access: operators,
    body: json(
      z.object({
        ...sourceFields,
        anisetteUrl: sourceFields.anisetteUrl.default(null),
        enabled: sourceFields.enabled.default(true),
        minIntervalSeconds: sourceFields.minIntervalSeconds.default(30),
        maxBatchSize: sourceFields.maxBatchSize.default(64),
        credentials: sourceFields.credentials.default(null),
      }),
    ),
    output: json(reportSourceSchema),
    status: 201,
    idempotent: false,
    audited: 'reportSource.create',
    ownTransaction: true,
  }),
  updateReportSource: route({
    method: 'PATCH',
    path: '/report-sources/{reportSourceId}',
    summary: 'Change a report source',
    tag: 'fetcher',
    access: operators,
    params: params.reportSource,
    body: json(z.object(sourceFields).omit({ kind: true }).partial()),
    output: json(reportSourceSchema),
    status: 200,
    idempotent: true,
    audited: 'reportSource.update',
    ownTransaction: true,
  }),
  deleteReportSource: route({
    method: 'DELETE',
    path: '/report-sources/{reportSourceId}',
    summary: 'Remove a report source',
    tag: 'fetcher',
    access: operators,
    params: params.reportSource,
    output: nothing,
    status: 204,
    idempotent: true,
    audited: 'reportSource.delete',
  }),
  testReportSource: route({
    method: 'POST',
    path: '/report-sources/{reportSourceId}/test',
    summary: 'Ask the source once and say what is wrong',
    tag: 'fetcher',
    access: operators,
    params: params.reportSource,
    output: json(z.object({ ok: z.boolean(), message: z.string(), durationMs: z.number() })),
    status: 200,
    idempotent: true,
    audited: 'reportSource.test',
    ownTransaction: true,
  }),
};
