import type { JobKind } from '../../../../src-shared/contract/job-kinds.ts';
import type { Queryable, Transaction } from '../db/queryable.ts';

/** What a job's handler works with. A handler must be able to start again where an interrupted run left off. */
export interface JobContext<Input> {
  jobId: number;
  input: Input;
  /** User who asked for it. */
  createdBy: number | null;
  /** Aborted when the job is cancelled, its lease was lost, or the console stops. */
  signal: AbortSignal;
  /** Tells progress; written and published at most a few times a second. */
  progress(done: number, total: number | null): void;
  /** Says that some of the work was stored for good, and will not be done again. */
  advanced(): void;
}

export type JobHandler<Input> = (context: JobContext<Input>) => Promise<Record<string, unknown>>;

export interface JobOptions<Input> {
  /** While it says no (keys are locked), jobs of the kind wait or are done by another console. */
  ready?: () => boolean;
  /**
   * Undoes or ends what a job leaves that is cancelled or failed, so that nothing stays under way for ever. Called with
   * the lease held, before the end is written, and perhaps again.
   */
  giveUp?: (job: { jobId: number; input: Input }) => Promise<void>;
}

export interface NewJob {
  kind: JobKind;
  label: string;
  unit: string;
  total: number | null;
  input: Record<string, unknown>;
  resource: { type: string; id: number } | null;
  createdBy: number | null;
}

/** The job table: durable, shared by all consoles, each job run by one console at a time under a lease. */
export interface JobQueue {
  /** Adds a job within the caller's transaction; it starts after the commit. Returns its id. */
  add(tx: Transaction, job: NewJob): Promise<number>;
  /** Registers who does jobs of a kind; call it before start(). */
  handle<Input>(kind: JobKind, handler: JobHandler<Input>, options?: JobOptions<Input>): void;
  /** Marks a job as to be cancelled; a running one is told at once, here or on the console that runs it. */
  requestCancel(tx: Queryable, jobId: number): Promise<void>;
  start(): Promise<void>;
  /**
   * Call it when something that `ready` asks for has changed: takes up what waited for it and gives back running jobs
   * that are no longer ready. Resolves when those have stopped.
   */
  recheck(): Promise<void>;
  /** Tells running handlers to stop, waits for them, and gives their jobs back to be resumed. */
  stop(): Promise<void>;
}
