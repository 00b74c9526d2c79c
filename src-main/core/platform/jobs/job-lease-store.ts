import sql from 'sql-template-tag';
import type { JobKind } from '../../../../src-shared/contract/job-kinds.ts';
import type { Queryable } from '../db/queryable.ts';

/*
 * Leases are told by the database's clock, which all consoles share. Each claim has an owner of its own, by which a
 * console that lost its lease is kept from writing.
 */

export interface ClaimedJob {
  id: number;
  kind: JobKind;
  input: unknown;
  createdBy: number | null;
  cancelRequested: boolean;
  /** Consoles that ended while they worked on it, none of which has stored any of the work since. */
  endedHosts: number;
}

/**
 * Leases the oldest job that waits, or whose lease has run out, of one of the kinds. Skips what another console is
 * claiming at this moment. A lease that ran out is noted as of a host that ended, until that host says otherwise. One
 * that is to be cancelled waits for nothing. Plan: jobs_waiting in order of id.
 */
export async function claimJob(
  db: Queryable,
  claim: {
    kinds: readonly JobKind[];
    /** Kinds whose jobs are taken only to be cancelled. */
    cancellable: readonly JobKind[];
    /** Whether also what a console ended with. */
    suspects: boolean;
    owner: string;
    leaseMs: number;
    now: Date;
  },
): Promise<ClaimedJob | null> {
  const { rows } = await db.query<ClaimedJob>(sql`
    update jobs set state = 'running', lease_owner = ${claim.owner}, attempts = attempts + 1, error_code = null,
      error_message = null,
      ended_hosts = case when state = 'running' and lease_owner is not null then ended_hosts || lease_owner
        else ended_hosts end,
      lease_until = clock_timestamp() + make_interval(secs => ${claim.leaseMs / 1000}),
      started_at = coalesce(started_at, ${claim.now}::timestamptz)
    where id = (
      select id from jobs
      where state in ('queued', 'running')
        and (kind = any(${claim.kinds}::text[]) or (cancel_requested and kind = any(${claim.cancellable}::text[])))
        and (lease_until is null or lease_until < clock_timestamp() or (cancel_requested and state = 'queued'))
        and (${claim.suspects} or (state = 'queued' and ended_hosts = '{}'))
      order by id limit 1 for update skip locked)
    returning id, kind, input, created_by as "createdBy", cancel_requested as "cancelRequested",
      cardinality(ended_hosts) as "endedHosts"`);
  return rows[0] ?? null;
}

/** Null when the lease is not this owner's any more. */
export async function renewLease(
  db: Queryable,
  lease: { jobId: number; owner: string; leaseMs: number },
): Promise<{ cancelRequested: boolean } | null> {
  const { rows } = await db.query<{ cancelRequested: boolean }>(sql`
    update jobs set lease_until = clock_timestamp() + make_interval(secs => ${lease.leaseMs / 1000})
    where id = ${lease.jobId} and lease_owner = ${lease.owner}::uuid and state = 'running'
    returning cancel_requested as "cancelRequested"`);
  return rows[0] ?? null;
}

export async function writeProgress(
  db: Queryable,
  progress: { jobId: number; owner: string; done: number; total: number | null },
): Promise<void> {
  await db.query(sql`
    update jobs set done = ${progress.done}, total = ${progress.total}
    where id = ${progress.jobId} and lease_owner = ${progress.owner}::uuid and state = 'running'`);
}

export type JobEnd =
  | { state: 'succeeded'; result: Record<string, unknown> }
  | { state: 'failed'; errorCode: string; errorMessage: string }
  | { state: 'cancelled' };

/** Ends the job; false when the lease is not this owner's any more. Uploaded pieces of the file go with it. */
export async function finishJob(
  tx: Queryable,
  lease: { jobId: number; owner: string },
  end: JobEnd,
  now: Date,
): Promise<boolean> {
  const result = end.state === 'succeeded' ? JSON.stringify(end.result) : null;
  const [code, message] = end.state === 'failed' ? [end.errorCode, end.errorMessage] : [null, null];
  const { rowCount } = await tx.query(sql`
    update jobs set state = ${end.state}, result = coalesce(${result}::jsonb, result), error_code = ${code}, error_message = ${message},
      finished_at = ${now}, lease_until = null, lease_owner = null
    where id = ${lease.jobId} and lease_owner = ${lease.owner}::uuid and state = 'running'`);
  if (rowCount === 0) return false;
  await tx.query(sql`delete from job_files where job_id = ${lease.jobId}`);
  return true;
}

/** Gives a job back, to be taken up again by any console, at once or after a while, with the reason where it waits. */
export async function releaseJob(
  db: Queryable,
  lease: { jobId: number; owner: string },
  { afterMs, why }: { afterMs: number; why: { code: string; message: string } | null },
): Promise<void> {
  await db.query(sql`
    update jobs set state = 'queued', lease_owner = null, error_code = ${why?.code ?? null},
      error_message = ${why?.message ?? null},
      lease_until = case when ${afterMs > 0} then clock_timestamp() + make_interval(secs => ${afterMs / 1000}) end
    where id = ${lease.jobId} and lease_owner = ${lease.owner}::uuid and state = 'running'`);
}

/** For a host whose lease ran out although it didn't end: it had no way to the database. */
export async function noteSurvival(db: Queryable, lease: { jobId: number; owner: string }): Promise<void> {
  await db.query(sql`
    update jobs set ended_hosts = array_remove(ended_hosts, ${lease.owner}::uuid)
    where id = ${lease.jobId} and ${lease.owner}::uuid = any(ended_hosts)`);
}

/** Some of the work was stored for good, so that what ended earlier hosts is behind it. */
export async function forgetEndedHosts(db: Queryable, lease: { jobId: number; owner: string }): Promise<void> {
  await db.query(sql`
    update jobs set ended_hosts = '{}' where id = ${lease.jobId} and lease_owner = ${lease.owner}::uuid`);
}

/** For the embedded engine, which one console uses alone: whatever still counts as running was interrupted. */
export async function endAllLeases(db: Queryable): Promise<void> {
  await db.query(sql`update jobs set lease_until = null where state = 'running'`);
}
