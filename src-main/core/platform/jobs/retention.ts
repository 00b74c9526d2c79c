import { z } from 'zod';
import type { JobKind } from '../../../../src-shared/contract/jobs.ts';
import type { Database } from '../db/queryable.ts';
import { readSetting } from '../db/settings-store.ts';
import { deleteEndedJobs, deleteLeftPieces, deleteOldProblems } from './retention-store.ts';

const DAY_MS = 86_400_000;

/** Under `job-retention` of the settings. */
const retentionSchema = z.object({
  /** How long jobs are kept that nothing refers to. */
  jobDays: z.number().int().positive().default(365),
  /** How long the rejected rows of an import are kept; its counts stay. */
  rejectedRowDays: z.number().int().positive().default(90),
});
/** Key batches and unexpected devices name the jobs that made them; those stay. */
const passing: readonly JobKind[] = [
  'webhook-delivery',
  'refold',
  'fence-preview',
  'fence-check',
  'status-rules-preview',
  'key-rotation',
  'passphrase-change',
];

/** Forgets what jobs leave behind, in small steps, each a transaction of its own. Any console may do it. */
export async function forgetJobs(db: Database, now: Date): Promise<void> {
  const { jobDays, rejectedRowDays } = await readSetting(db, 'job-retention', retentionSchema);
  const before = (days: number) => new Date(now.getTime() - days * DAY_MS);
  while ((await deleteEndedJobs(db, passing, before(jobDays))) > 0);
  while ((await deleteOldProblems(db, before(rejectedRowDays))) > 0);
  while ((await deleteLeftPieces(db)) > 0);
}
