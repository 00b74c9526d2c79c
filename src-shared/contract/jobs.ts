import { z } from 'zod';
import { id, instant, page, pageQuery, params, sortsBy } from './common.ts';
import { jobKinds } from './job-kinds.ts';
import { staff } from './roles.ts';
import { file, json, route } from './route.ts';

export const jobStates = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export type JobState = (typeof jobStates)[number];
/** One rejected row of an import. `message` tells a person what to do about it. */
const importProblem = z.object({
  row: z.number().int(),
  column: z.string().nullable(),
  code: z.string(),
  message: z.string(),
  value: z.string().nullable(),
});
export type ImportProblem = z.infer<typeof importProblem>;

/** How the file was read: the row of the header, which sheet of those that are shown, and the form. */
const howRead = {
  headerRow: z.number().int().nullable().default(null),
  sheets: z
    .object({ read: z.string(), shown: z.array(z.string()) })
    .nullable()
    .default(null),
  /** The form of the file, in which its rejected rows come back. */
  format: z
    .object({
      kind: z.enum(['csv', 'json', 'xlsx']),
      delimiter: z.string(),
      encoding: z.enum(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252']),
    })
    .default({ kind: 'csv', delimiter: ',', encoding: 'utf-8' }),
};

/** What an import did, or would do with `dryRun`. `problems` has the first thousand; the file has them all. */
export const importResult = z.object({
  dryRun: z.boolean(),
  rows: z.number().int(),
  accepted: z.number().int(),
  rejected: z.number().int(),
  alreadyImported: z.number().int(),
  stored: z.number().int(),
  columns: z.record(z.string(), z.string()),
  /** Where those columns stand, counted from 1: names may come twice, or be blank. */
  positions: z.record(z.string(), z.number().int()).default({}),
  header: z.array(z.string()),
  ...howRead,
  problems: z.array(importProblem),
  /** What to know of rows that are not refused; the first thousand. */
  notes: z.array(z.object({ row: z.number().int(), message: z.string() })).default([]),
});
/** The beginning of an import's file. A failed import has it too, so that a person can choose the columns. */
export const importGlimpse = z.object({
  header: z.array(z.string()),
  sample: z.array(z.array(z.string())),
  ...howRead,
});
export type ImportFormat = ImportGlimpse['format'];
export type ImportGlimpse = z.infer<typeof importGlimpse>;
export type ImportResult = z.infer<typeof importResult>;

export const jobSchema = z.object({
  id,
  kind: z.enum(jobKinds),
  state: z.enum(jobStates),
  label: z.string(),
  resource: z.object({ type: z.string(), id }).nullable(),
  progress: z.object({
    done: z.number(),
    total: z.number().nullable(),
    unit: z.string(),
    ratePerSecond: z.number().nullable(),
    secondsLeft: z.number().nullable(),
  }),
  result: z.record(z.string(), z.unknown()).nullable(),
  /** Why it failed, or what it waits for while it is queued. */
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  cancelRequested: z.boolean(),
  createdBy: z.string().nullable(),
  createdAt: instant,
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
});
export type Job = z.infer<typeof jobSchema>;

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

export const jobSorts = sortsBy('label', 'kind', 'state', 'createdBy', 'createdAt', 'took');

export const jobRoutes = {
  listJobs: route({
    method: 'GET',
    path: '/jobs',
    summary: 'Jobs, newest first',
    tag: 'jobs',
    access: staff,
    query: pageQuery.extend({
      state: z.enum(jobStates).optional(),
      kind: z.enum(jobKinds).optional(),
      sort: z.enum(jobSorts).default('-createdAt'),
    }),
    output: json(page(jobSchema)),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  getJob: route({
    method: 'GET',
    path: '/jobs/{jobId}',
    summary: 'One job with its progress',
    tag: 'jobs',
    access: staff,
    params: params.job,
    output: json(jobSchema),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  cancelJob: route({
    method: 'POST',
    path: '/jobs/{jobId}/cancel',
    summary: 'Ask a job to stop, for those who may start one of its kind or have started it; what it finished stays',
    tag: 'jobs',
    access: staff,
    params: params.job,
    output: json(jobSchema),
    status: 200,
    idempotent: true,
    audited: 'job.cancel',
  }),
  getRejectedRows: route({
    method: 'GET',
    path: '/jobs/{jobId}/rejected-rows',
    tag: 'jobs',
    summary: 'The rejected rows of an import in the format of its file, to correct and send again',
    access: staff,
    params: params.job,
    output: file('text/csv', 'application/json', XLSX),
    status: 200,
    idempotent: true,
    audited: 'job.rejectedRows',
    ownTransaction: true,
  }),
};
