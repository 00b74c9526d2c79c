import { z } from 'zod';
import { id, instant, version } from './common.ts';
import { jobSchema } from './jobs.ts';
import { operators, staff } from './roles.ts';
import { json, route } from './route.ts';
import { status } from './status-schema.ts';

const previewEntry = z.object({ status, location: z.string().nullable(), enteredAt: instant });
/** A tracker whose history would change, with the first few entries that go and come. */
export const historyExample = z.object({
  trackerId: id,
  tracker: z.string(),
  removed: z.array(previewEntry),
  added: z.array(previewEntry),
});
export type HistoryExample = z.infer<typeof historyExample>;

/** A run that is over: it keeps its history unless it is named. `changed` counts its trackers whose history would change. */
export const changedFinishedRun = z.object({ id, name: z.string(), changed: z.number().int() });

/** How far each setting of the status rules may go. A report's accuracy is one byte: at most 255 m. */
export const statusRuleLimits = {
  exitConfirmations: z.number().int().min(1).max(10),
  maxAccuracyM: z.number().min(0).max(255).nullable(),
};

export const statusRules = z.object({
  /** How many reports in a row must be surely outside of a fence before it counts as left. */
  exitConfirmations: statusRuleLimits.exitConfirmations,
  /** Reports less accurate than this many metres don't count; null counts all. */
  maxAccuracyM: statusRuleLimits.maxAccuracyM,
});
const rulesNow = statusRules.extend({
  version,
  /** Finished runs that keep the rules in force at their end. */
  runsThatKeepOthers: z.number().int(),
});

/** Result of the job `status-rules-preview`: what other rules would do to the history of runs under way. */
export const statusRulesPreviewResult = z.object({
  rules: statusRules,
  /** Trackers with reports. */
  trackers: z.number().int(),
  changed: z.number().int(),
  /** How many of the changed ones would have another status now. */
  otherStatusNow: z.number().int(),
  entriesAdded: z.number().int(),
  entriesRemoved: z.number().int(),
  finishedRuns: z.array(changedFinishedRun),
  examples: z.array(historyExample),
});
export type StatusRulesPreviewResult = z.infer<typeof statusRulesPreviewResult>;

export const statusRulesRoutes = {
  getStatusRules: route({
    method: 'GET',
    path: '/status-rules',
    summary: 'The settings of the status rules: accuracy limit and exit confirmations',
    tag: 'status rules',
    access: staff,
    output: json(rulesNow),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  previewStatusRules: route({
    method: 'POST',
    path: '/status-rules/preview',
    summary: 'Preview other settings without saving: how much history would change',
    tag: 'status rules',
    access: operators,
    body: json(statusRules.partial()),
    output: json(jobSchema),
    status: 202,
    idempotent: false,
    audited: 'status-rules.preview',
  }),
  updateStatusRules: route({
    method: 'PATCH',
    path: '/status-rules',
    summary: 'Change the settings and recalculate history; finished runs keep theirs, unless they are named',
    tag: 'status rules',
    access: operators,
    body: json(statusRules.partial().extend({ finishedRunIds: z.array(id).max(500).default([]) })),
    output: json(rulesNow.extend({ jobId: id.nullable() })),
    status: 200,
    idempotent: true,
    audited: 'status-rules.update',
    versioned: { record: 'settings/status-rules', uncounted: ['finishedRunIds'] },
  }),
};
