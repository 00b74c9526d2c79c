import sql, { type Sql } from 'sql-template-tag';
import type { Page } from '../../../../src-shared/contract/common.ts';
import type { JobKind } from '../../../../src-shared/contract/job-kinds.ts';
import type { Job, JobState, jobSorts } from '../../../../src-shared/contract/jobs.ts';
import { allOf, ifGiven, iso, isoOrNull, pageOf } from '../db/listing.ts';
import type { Queryable } from '../db/queryable.ts';
import { type SortColumn, type Sorting, sortingBy } from '../db/sorting.ts';
import { notFound } from '../errors.ts';
import type { NewJob } from './queue.ts';

interface Row {
  id: number;
  kind: JobKind;
  state: JobState;
  label: string;
  resource_type: string | null;
  resource_id: number | null;
  result: Record<string, unknown> | null;
  error_code: string | null;
  error_message: string | null;
  done: number;
  total: number | null;
  unit: string;
  cancel_requested: boolean;
  created_by: string | null;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
  sort_value: string | null;
}

const sortColumns = {
  label: { by: sql`lower(j.label)`, type: 'text' },
  kind: { by: sql`j.kind`, type: 'text' },
  state: { by: sql`j.state`, type: 'text' },
  createdBy: { by: sql`u.username`, type: 'text' },
  createdAt: { by: sql`j.id`, type: 'bigint' },
  took: { by: sql`extract(epoch from j.finished_at - j.started_at)::float8`, type: 'float8' },
} satisfies Record<string, SortColumn>;
type JobSort = (typeof jobSorts)[number];
const sorted = (sort: JobSort, cursor?: string) => sortingBy(sortColumns, sql`j.id`, sort, cursor);

async function select(db: Queryable, condition: Sql, sorting: Sorting, limit: number): Promise<Row[]> {
  const { rows } = await db.query<Row>(sql`
    select j.id, j.kind, j.state, j.label, j.resource_type, j.resource_id, j.result, j.error_code, j.error_message, j.done,
      j.total, j.unit, j.cancel_requested, u.username as created_by, j.created_at, j.started_at, j.finished_at, ${sorting.value}
    from jobs j left join users u on u.id = j.created_by where ${condition} ${sorting.order} limit ${limit}`);
  return rows;
}

/** Things a second over the whole run so far, for whoever did not watch the job itself. */
function averageRate(row: Row, now: Date): number | null {
  if (row.state !== 'running' || !row.started_at || row.done === 0) return null;
  const seconds = (now.getTime() - row.started_at.getTime()) / 1000;
  return seconds > 0 ? row.done / seconds : null;
}

function toJob(row: Row, now: Date, liveRate?: number | null): Job {
  const rate = liveRate === undefined ? averageRate(row, now) : liveRate;
  const left = row.total === null || row.state !== 'running' ? null : row.total - row.done;
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    label: row.label,
    resource:
      row.resource_type === null || row.resource_id === null ? null : { type: row.resource_type, id: row.resource_id },
    progress: {
      done: row.done,
      total: row.total,
      unit: row.unit,
      ratePerSecond: rate,
      secondsLeft: rate && left !== null ? left / rate : null,
    },
    result: row.result,
    error: row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? '' },
    cancelRequested: row.cancel_requested,
    createdBy: row.created_by,
    createdAt: iso(row.created_at),
    startedAt: isoOrNull(row.started_at),
    finishedAt: isoOrNull(row.finished_at),
  };
}

/** `liveRate` is what the console that runs it has measured of late; without it, the average over the run. */
export async function getJob(db: Queryable, jobId: number, now: Date, liveRate?: number | null): Promise<Job> {
  const [row] = await select(db, sql`j.id = ${jobId}`, sorted('-createdAt'), 1);
  if (!row) throw notFound('job', jobId);
  return toJob(row, now, liveRate);
}

/** A page of jobs, newest first unless sorted otherwise. */
export async function listJobs(
  tx: Queryable,
  query: {
    limit: number;
    cursor?: string | undefined;
    state?: JobState | undefined;
    kind?: JobKind | undefined;
    sort?: JobSort | undefined;
  },
  now: Date,
): Promise<Page<Job>> {
  const sorting = sorted(query.sort ?? '-createdAt', query.cursor);
  const condition = allOf(
    ifGiven(query.state, (state) => sql`j.state = ${state}`),
    ifGiven(query.kind, (kind) => sql`j.kind = ${kind}`),
    sorting.after,
  );
  const rows = await select(tx, condition, sorting, query.limit + 1);
  return pageOf(rows, query.limit, (row) => toJob(row, now), sorting.key);
}

/** Returns the id. */
export async function insertJob(tx: Queryable, job: NewJob, now: Date): Promise<number> {
  const { rows } = await tx.query<{ id: number }>(sql`
    insert into jobs (kind, label, unit, total, input, resource_type, resource_id, created_by, created_at)
    values (${job.kind}, ${job.label}, ${job.unit}, ${job.total}, ${JSON.stringify(job.input)}::jsonb,
      ${job.resource?.type ?? null}, ${job.resource?.id ?? null}, ${job.createdBy}, ${now})
    returning id`);
  return rows[0]!.id;
}

/** Only what is not over can be cancelled; asking again changes nothing. */
export async function requestJobCancel(tx: Queryable, jobId: number): Promise<void> {
  await tx.query(sql`update jobs set cancel_requested = true where id = ${jobId} and state in ('queued', 'running')`);
}
