import { z } from 'zod';
import { id, instant, line, lines, params, reference, version } from './common.ts';
import { everyone, operators } from './roles.ts';
import { json, route } from './route.ts';
import { statuses } from './status.ts';

/** A tag, in small letters. A comma or a semicolon separates tags in files. */
const tag = line(1, 40)
  .overwrite((text) => text.toLowerCase())
  .regex(/^[^,;]*$/, 'A tag can’t contain a comma or a semicolon.');
const tagList = z
  .array(tag)
  .max(20)
  .overwrite((tags) => [...new Set(tags)].sort());

/** What a tracker is fixed to during a run period. */
export const periodWords = z.object({
  name: line(1, 200).nullable(),
  /** The goods' number in the customer's own numbering. */
  goodsReference: line(1, 100).nullable(),
  tags: tagList,
  note: lines(2000).min(1).nullable(),
});
export type PeriodWords = z.infer<typeof periodWords>;

const runPeriod = periodWords.extend({
  id,
  version,
  productionRun: reference,
  client: reference,
  /** Null where it reaches back without limit. */
  from: instant.nullable(),
  /** Null while it lasts. */
  to: instant.nullable(),
  /** Of what was before periods were kept, and of which nothing tells when it began; for staff. */
  isGuessed: z.boolean(),
  /** The latest status in it; null before its first report that counts. */
  lastStatus: z.enum(statuses).nullable(),
});
export type RunPeriodOfTracker = z.infer<typeof runPeriod>;

const AT_ONCE = 500;
const wordsOfPeriod = z.object({ runPeriodId: id, words: periodWords });

export const runPeriodRoutes = {
  listTrackerGoods: route({
    method: 'GET',
    path: '/trackers/{trackerId}/goods',
    summary: 'What a tracker was fixed to, by run period; the latest first',
    tag: 'trackers',
    access: everyone,
    params: params.tracker,
    output: json(z.object({ items: z.array(runPeriod) })),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  getTrackerGoods: route({
    method: 'GET',
    path: '/trackers/{trackerId}/goods/{runPeriodId}',
    summary: 'One run period of a tracker with what it is fixed to',
    tag: 'trackers',
    access: everyone,
    params: params.runPeriod,
    output: json(runPeriod),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  describeRunPeriod: route({
    method: 'PATCH',
    path: '/trackers/{trackerId}/goods/{runPeriodId}',
    summary: 'Name, goods reference, tags and note of a run period; only what is named changes',
    tag: 'trackers',
    access: operators,
    params: params.runPeriod,
    body: json(periodWords.partial()),
    output: json(runPeriod),
    status: 200,
    idempotent: true,
    audited: 'run-period.describe',
    versioned: { record: 'run-periods' },
  }),
  describeTrackers: route({
    method: 'POST',
    path: '/trackers/describe',
    summary: 'Name, goods reference, tags and note of the present run periods of several trackers',
    tag: 'trackers',
    access: operators,
    body: json(
      z.object({
        trackerIds: z.array(id).min(1).max(AT_ONCE),
        set: periodWords.pick({ name: true, goodsReference: true, note: true }).partial().default({}),
        addTags: tagList.default([]),
        removeTags: tagList.default([]),
      }),
    ),
    output: json(
      z.object({
        changed: z.number().int(),
        /** They are in no run, or would have more than 20 tags. */
        refused: z.array(z.object({ trackerId: id, reason: z.string() })),
        /** As `restoreRunPeriods` takes it to undo this. */
        undo: z.array(wordsOfPeriod.extend({ expected: periodWords })),
      }),
    ),
    status: 200,
    idempotent: true,
    audited: 'trackers.describe',
  }),
  restoreRunPeriods: route({
    method: 'POST',
    path: '/run-periods/restore',
    summary: 'Give run periods the words they had; those edited since are left and named',
    tag: 'trackers',
    access: operators,
    body: json(
      z.object({
        periods: z
          .array(wordsOfPeriod.extend({ expected: periodWords }))
          .min(1)
          .max(AT_ONCE),
      }),
    ),
    output: json(
      z.object({
        changed: z.number().int(),
        refused: z.array(z.object({ trackerId: id.nullable(), runPeriodId: id, reason: z.string() })),
      }),
    ),
    status: 200,
    idempotent: true,
    audited: 'run-periods.restore',
  }),
};
