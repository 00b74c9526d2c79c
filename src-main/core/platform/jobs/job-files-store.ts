import sql from 'sql-template-tag';
import type { ImportProblem } from '../../../../src-shared/contract/jobs.ts';
import type { Queryable } from '../db/queryable.ts';

/** Keeps a new job from being claimed while its file is still on its way. System or staff scope. */
export async function holdJob(tx: Queryable, jobId: number, forMs: number): Promise<void> {
  await tx.query(sql`
    update jobs set lease_until = clock_timestamp() + make_interval(secs => ${forMs / 1000})
    where id = ${jobId} and state = 'queued'`);
}

/** The file is complete: adds to the job's input and lets it start. */
export async function unholdJob(tx: Queryable, jobId: number, input: Record<string, unknown>): Promise<void> {
  await tx.query(sql`
    update jobs set lease_until = null, input = input || ${JSON.stringify(input)}::jsonb
    where id = ${jobId} and state = 'queued'`);
}

/** Removes a held job whose upload failed, as if it had never been one. */
export async function discardHeldJob(tx: Queryable, jobId: number): Promise<void> {
  await tx.query(sql`delete from jobs where id = ${jobId} and state = 'queued'`);
}

export async function insertPiece(tx: Queryable, jobId: number, piece: number, content: Uint8Array): Promise<void> {
  await tx.query(sql`insert into job_files (job_id, piece, content) values (${jobId}, ${piece}, ${content})`);
}

/** Values of this size come as strings that are cheap to make and to forget; one of a megabyte stops the event loop. */
const SLICE_BYTES = 48 * 1024;

/** A piece in slices, in order; null where it is missing. It is unpacked once, and then cut. */
export async function findPiece(db: Queryable, jobId: number, piece: number): Promise<Uint8Array[] | null> {
  const { rows } = await db.query<{ slice: Uint8Array }>(sql`
    with whole as materialized (
      select content || ''::bytea as content from job_files where job_id = ${jobId} and piece = ${piece})
    select substring(content from at for ${SLICE_BYTES}) as slice
    from whole, generate_series(1, length(content), ${SLICE_BYTES}) as at order by at`);
  return rows.length === 0 ? null : rows.map(({ slice }) => slice);
}

/** What a running job has found so far; it stays when the job fails. */
export async function keepResult(db: Queryable, jobId: number, result: Record<string, unknown>): Promise<void> {
  await db.query(
    sql`update jobs set result = ${JSON.stringify(result)}::jsonb where id = ${jobId} and state = 'running'`,
  );
}

export interface RowProblem {
  row: number;
  column: string | null;
  code: string;
  message: string;
  value: string | null;
  /** The cells of the row as they were sent. */
  raw: string[];
}

export async function deleteProblems(db: Queryable, jobId: number): Promise<void> {
  await db.query(sql`delete from job_problems where job_id = ${jobId}`);
}

/** Adds problems; `sequence` numbers those of one row. As JSON, since arrays of arrays must all have one length in SQL. */
export async function insertProblems(
  tx: Queryable,
  jobId: number,
  problems: readonly (RowProblem & { sequence: number })[],
): Promise<void> {
  if (problems.length === 0) return;
  await tx.query(sql`
    insert into job_problems (job_id, row_number, sequence, column_name, code, message, value, raw)
    select ${jobId}, p.row, p.sequence, p."column", p.code, p.message, p.value, p.raw
    from jsonb_to_recordset(${JSON.stringify(problems)}::jsonb)
      as p(row integer, sequence integer, "column" text, code text, message text, value text, raw text[])`);
}

export async function firstProblems(db: Queryable, jobId: number, limit: number): Promise<ImportProblem[]> {
  const { rows } = await db.query<ImportProblem>(sql`
    select row_number as row, column_name as "column", code, message, value from job_problems
    where job_id = ${jobId} order by row_number, sequence limit ${limit}`);
  return rows;
}

export interface RejectedRow {
  row: number;
  raw: string[];
  /** Everything that is wrong with the row, in the order found. */
  messages: string[];
}

/** Rejected rows above a row number, a page at a time. */
export async function rejectedRows(
  tx: Queryable,
  jobId: number,
  afterRow: number,
  limit: number,
): Promise<RejectedRow[]> {
  const { rows } = await tx.query<RejectedRow>(sql`
    with page as (
      select distinct row_number from job_problems where job_id = ${jobId} and row_number > ${afterRow}
      order by row_number limit ${limit})
    select p.row_number as row, (array_agg(to_jsonb(p.raw) order by p.sequence))[1] as raw,
      array_agg(p.message order by p.sequence) as messages
    from job_problems p join page on page.row_number = p.row_number where p.job_id = ${jobId}
    group by p.row_number order by p.row_number`);
  return rows;
}
