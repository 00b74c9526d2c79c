import type { Retention } from '../../../../src-shared/contract/retention.ts';
import { keepDays } from '../db/keep-days.ts';
import type { Database } from '../db/queryable.ts';
import { deleteEndedJobs, deleteLeftPieces, deleteOldProblems, type NamedJobs } from './retention-store.ts';

/**
 * Forgets what jobs leave behind, in small steps, each a transaction of its own. Any console may do it. `named` are
 * jobs that other tables lead to, and that stay.
 */
export async function forgetJobs(
  db: Database,
  keep: Pick<Retention, 'jobDays' | 'rejectedRowDays'>,
  named: NamedJobs,
  now: Date,
): Promise<void> {
  await keepDays(keep.jobDays, now, (before) => deleteEndedJobs(db, named, before));
  await keepDays(keep.rejectedRowDays, now, (before) => deleteOldProblems(db, before));
  while ((await deleteLeftPieces(db)) > 0);
}
