import sql, { type Sql } from 'sql-template-tag';
import type { Queryable } from '../db/queryable.ts';

/** A step is small, so that nobody waits for it. */
const STEP = 500;

/** A select of `job_id`s. */
export type NamedJobs = Sql;

/**
 * Removes up to a step of jobs that ended before and that are none of `named`; returns how many.
 * Plan: jobs_pkey, oldest first.
 */
export async function deleteEndedJobs(db: Queryable, named: NamedJobs, before: Date): Promise<number> {
  const { rowCount } = await db.query(sql`
    delete from jobs where id in (
      select id from jobs where finished_at < ${before} and id not in (${named}) order by id limit ${STEP})`);
  return rowCount;
}

/** The same for rejected rows of jobs that ended before. */
export async function deleteOldProblems(db: Queryable, before: Date): Promise<number> {
  const { rowCount } = await db.query(sql`
    delete from job_problems where (job_id, row_number, sequence) in (
      select p.job_id, p.row_number, p.sequence from job_problems p join jobs j on j.id = p.job_id
      where j.finished_at < ${before} limit ${STEP})`);
  return rowCount;
}

/** The same for pieces of files of jobs that are over, as an upload leaves them whose job was cancelled meanwhile. */
export async function deleteLeftPieces(db: Queryable): Promise<number> {
  const { rowCount } = await db.query(sql`
    delete from job_files where (job_id, piece) in (
      select f.job_id, f.piece from job_files f join jobs j on j.id = f.job_id
      where j.finished_at is not null limit ${STEP})`);
  return rowCount;
}
