import { z } from 'zod';
import { MAX_DSID, MAX_TOKEN } from '../domain/find-my/auth-file.ts';
import { id, instant, name, page, pageQuery, params, version } from './common.ts';
import { operators, staff } from './roles.ts';
import { json, nothing, route } from './route.ts';

export const reportSourceKinds = ['apple-older', 'apple-newer', 'haystack'] as const;
export type ReportSourceKind = (typeof reportSourceKinds)[number];
export const circuitStates = ['closed', 'half-open', 'open'] as const;

/** Why an answer failed as a whole. */
const sourceFailures = [
  'network',
  'timeout',
  'login-expired',
  'throttled',
  'server-error',
  'bad-answer',
  'anisette',
  'credentials',
  'stopped',
  'busy',
  'keys-locked',
] as const;
export type SourceFailure = (typeof sourceFailures)[number];

/** How a source answers, where a person sets it; null is learned. */
const assumedSchema = z.object({
  honoursDates: z.boolean().nullable(),
  /** Whether each entry of a request is answered, or only the first (the newer form of Apple's endpoint). */
  entries: z.enum(['all', 'first']).nullable(),
  /** How far back it answers. */
  reachDays: z.number().min(0.5).max(7).nullable(),
});

/** A report source as the API shows it. Secrets go in and never come out; `hasCredentials` tells whether it has any. */
const reportSourceSchema = z.object({
  id,
  version,
  name: z.string(),
  kind: z.enum(reportSourceKinds),
  url: z.string(),
  anisetteUrl: z.string().nullable(),
  enabled: z.boolean(),
  hasCredentials: z.boolean(),
  /** An auth.json on the host of a fetcher, which another tool keeps fresh. */
  loginFile: z.string().nullable(),
  /** How many days its logins last, where a person sets it; null is learned. */
  loginDays: z.number().nullable(),
  minIntervalSeconds: z.number().int(),
  maxBatchSize: z.number().int(),
  /** What is risky about its settings, or null. */
  warning: z.string().nullable(),
  assumed: assumedSchema,
  state: z.object({
    circuit: z.enum(circuitStates),
    pausedUntil: instant.nullable(),
    /** Ids in a request now. */
    batchSize: z.number().int(),
    /** Most reports an answer, and most ids of a request that are answered, as cut answers taught; null while none was. */
    reportCap: z.number().int().nullable(),
    idsCap: z.number().int().nullable(),
    /** How far back it answers, where that is less than is asked for. */
    reachHours: z.number().int().nullable(),
    /** Null while that was not seen. */
    honoursDates: z.boolean().nullable(),
    entries: z.enum(['all', 'first']),
    /** Keys that it has to name again. */
    canaries: z.number().int(),
    /** When it last named one. */
    sawAt: instant.nullable(),
    /** Since when it names none: nobody is charged by it. */
    blindSince: instant.nullable(),
    /** When it last left out what the same request got. */
    omittedAt: instant.nullable(),
    /** Ids that it answered though nobody asked for them: how many, when last, and some of them. */
    strangers: z.object({ count: z.number().int(), lastAt: instant, ids: z.array(z.string()) }).nullable(),
    login: z.object({
      /** Who handed it over; null when there is none, or it is older than this is noted. */
      from: z.enum(['person', 'file', 'api']).nullable(),
      /** When it was handed over, or its file was written. */
      setAt: instant.nullable(),
      /** When the service last took it. */
      workedAt: instant.nullable(),
      /** Since when it is refused. */
      refusedAt: instant.nullable(),
      /** How long logins of this source last: as set, or the middle of how long the last five worked. */
      lifetime: z.object({ days: z.number(), from: z.enum(['set', 'learned']) }).nullable(),
      expiresAt: instant.nullable(),
      /** From when on it counts as expiring. */
      warnsAt: instant.nullable(),
      /** When a console last read the login file, and what is wrong with it. */
      fileReadAt: instant.nullable(),
      fileError: z.string().nullable(),
    }),
    lastRequestAt: instant.nullable(),
    lastError: z.string().nullable(),
    requests: z.number().int(),
    failures: z.number().int(),
    saturated: z.number().int(),
    reports: z.number().int(),
  }),
});
export type ReportSource = z.infer<typeof reportSourceSchema>;

/** The auth.json that other tools write, or the HTTP Basic credentials of a haystack endpoint. */
const credentials = z.union([
  z.object({ dsid: z.string().min(1).max(MAX_DSID), searchPartyToken: z.string().min(1).max(MAX_TOKEN) }),
  z.object({ username: z.string().max(200), password: z.string().max(200) }),
]);
const SECURE_OR_HERE = /^(https:\/\/|http:\/\/(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:\d+)?([/?#]|$))/i;
const httpUrl = z
  .url({ protocol: /^https?$/, message: 'Use an address that starts with http:// or https://.' })
  .max(2000)
  .refine((address) => SECURE_OR_HERE.test(address), {
    message: 'Use https://. http:// is for programs on this machine only.',
  })
  // It would be readable by everybody who may see the source.
  .refine((address) => !/^\w+:[/\\]*[^/\\?#]*@/.test(address), {
    message: 'Enter the address without user name and password; they have fields of their own.',
  });
const sourceFields = {
  name,
  kind: z.enum(reportSourceKinds),
  url: httpUrl,
  anisetteUrl: httpUrl.nullable(),
  enabled: z.boolean(),
  /** Accounts that ask too often get banned (docs/find-my.md#apples-endpoints). */
  minIntervalSeconds: z.number().int().min(0).max(86_400),
  maxBatchSize: z.number().int().min(1).max(290),
  assumed: assumedSchema,
  /** Only files that are named so: nobody reads other files of the host by it. */
  loginFile: z
    .string()
    .max(1000)
    .regex(/^(\/|[A-Za-z]:[\\/]|\\\\)[^\0]*\.json$/i, 'Enter the whole path of a file whose name ends in .json.')
    .nullable(),
  loginDays: z.number().min(0.05).max(3650).nullable(),
  /** They belong to the addresses that they were entered for: a change of an address needs them anew, or null. */
  credentials: credentials.nullable(),
};

/** Settings of the fetcher; a change needs no restart. Defaults: `src-main/core/fetching/fetcher-settings.ts`. */
const fetcherSettingsSchema = z.object({
  /** MAX_REPORT_AGE_DAYS: how far back is asked for. */
  maxReportAgeDays: z.number().min(0.1).max(7),
  /** FETCH_INTERVAL: how often a tracker is asked for while it is found. */
  fetchIntervalMinutes: z.number().min(0.05).max(1440),
  /** MAX_BACKOFF_HOURS: the longest wait, whatever the factor. */
  maxBackoffHours: z.number().min(0.1).max(168),
  /** A tracker that was found lately is asked for since then, less this; 168 asks for the whole time always. */
  overlapHours: z.number().min(1).max(168),
  /** CLOSING_ASK_HOURS: so long after its run or period ended a tracker is asked for once more; 0 never. */
  closingAskHours: z.number().int().min(0).max(168),
  /** The most trackers that are claimed at once. */
  batchSize: z.number().int().min(1).max(290),
  /** How many sources one console asks at the same time, with one request each. */
  concurrency: z.number().int().min(1).max(64),
  /** A tracker that was absent this many times in a row is consistently failing. */
  failingStreak: z.number().int().min(1).max(1000),
  /** Reports older than this are dropped, a whole month at a time; null keeps all. */
  reportRetentionDays: z.number().int().min(31).max(36_500).nullable(),
});

const fetcherStateSchema = z.object({
  running: z.boolean(),
  paused: z.boolean(),
  schedule: z.enum(['memory', 'redis']),
  queue: z.object({
    depth: z.number().int(),
    /** Keys that are asked for; of a large queue as many as some of its trackers have on average. */
    keys: z.number().int(),
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
    /** Reports with a bad point or tag, and those whose private key can't be opened. */
    decryptFailed: z.number().int(),
    /** Older than is asked for, by their own time and that of their publication; counted each time that they come. */
    tooOld: z.number().int(),
    /** Ahead of the clock when they came: they wait until it is there, and are dropped after 30 days. */
    ahead: z.number().int(),
    droppedAhead: z.number().int(),
    absent: z.number().int(),
    present: z.number().int(),
    claims: z.number().int(),
  }),
  /** Trackers absent from the last complete answer, not counting muted ones. */
  failingTrackers: z.number().int(),
  /** Of these, the ones whose streak has reached `failingStreak`. */
  consistentlyFailing: z.number().int(),
  incompleteTrackers: z.number().int(),
  mutedTrackers: z.number().int(),
  lastCycleAt: instant.nullable(),
  sources: z.array(reportSourceSchema),
  settings: fetcherSettingsSchema.extend({ version }),
});
export type FetcherState = z.infer<typeof fetcherStateSchema>;

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
    // `asked`: how many trackers are due now, with fetch-now.
    output: json(fetcherStateSchema.extend({ asked: z.number().int().nullable() })),
    status: 200,
    idempotent: true,
    audited: 'fetcher.control',
    ownTransaction: true,
  }),
  getFetcherSettings: route({
    method: 'GET',
    path: '/fetcher/settings',
    summary: 'The settings of the schedule',
    tag: 'fetcher',
    access: staff,
    output: json(fetcherStateSchema.shape.settings),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  updateFetcherSettings: route({
    method: 'PATCH',
    path: '/fetcher/settings',
    summary: 'Change the schedule without a restart',
    tag: 'fetcher',
    access: operators,
    body: json(fetcherSettingsSchema.partial()),
    output: json(fetcherStateSchema.shape.settings),
    status: 200,
    idempotent: true,
    audited: 'fetcher.settings',
    versioned: { record: 'settings/fetcher' },
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
  getReportSource: route({
    method: 'GET',
    path: '/report-sources/{reportSourceId}',
    summary: 'One report source',
    tag: 'fetcher',
    access: staff,
    params: params.reportSource,
    output: json(reportSourceSchema),
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
        /** By default 900 for Apple's endpoints, 30 for a haystack endpoint. */
        minIntervalSeconds: sourceFields.minIntervalSeconds.optional(),
        /** By default 64 for Apple's endpoints, 1 for a haystack endpoint. */
        maxBatchSize: sourceFields.maxBatchSize.optional(),
        assumed: sourceFields.assumed.optional(),
        loginFile: sourceFields.loginFile.default(null),
        loginDays: sourceFields.loginDays.default(null),
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
    versioned: { record: 'report-sources' },
  }),
  renewReportSourceLogin: route({
    method: 'POST',
    path: '/report-sources/{reportSourceId}/login',
    summary: 'Hand over a fresh login, as a tool does that logs in; the same login again changes nothing',
    // A tag of its own, so that there is a scope of an API token that opens nothing else.
    tag: 'source logins',
    access: operators,
    params: params.reportSource,
    body: json(z.object({ credentials })),
    output: json(z.object({ replaced: z.boolean(), login: reportSourceSchema.shape.state.shape.login })),
    status: 200,
    idempotent: true,
    audited: 'reportSource.login',
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
    versioned: { record: 'report-sources' },
  }),
  testReportSource: route({
    method: 'POST',
    path: '/report-sources/{reportSourceId}/test',
    summary: 'Ask the source once and say what is wrong',
    tag: 'fetcher',
    access: operators,
    params: params.reportSource,
    output: json(
      z.object({
        ok: z.boolean(),
        /** What kind of failure it is; null when all is well. */
        reason: z.enum(sourceFailures).nullable(),
        /** What is wrong and what to do about it. */
        message: z.string(),
        /** HTTP status, where there was an answer. */
        status: z.number().int().nullable(),
        durationMs: z.number(),
      }),
    ),
    status: 200,
    idempotent: true,
    audited: 'reportSource.test',
    ownTransaction: true,
  }),
};
