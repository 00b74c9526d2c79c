import type { FetchSchedule } from '../fetching/schedule/schedule.ts';
import type { Database } from '../platform/db/queryable.ts';

/** A part that answers later than this is as good as down. */
const PATIENCE_MS = 3000;

export interface ReadinessDeps {
  readonly db: Database;
  readonly schedule: FetchSchedule;
  readonly now: () => Date;
  /** State of each worker: name -> 'up' or what is wrong. */
  readonly workerStates: () => Record<string, string>;
}

/**
 * Whether this console can do its work: the database and the schedule answer, and every worker that it runs is up. A
 * worker that waits for something outside (keys, a source) says so and does not count as down.
 */
export async function checkReadiness(deps: ReadinessDeps): Promise<{ ready: boolean; checks: Record<string, string> }> {
  const [database, schedule] = await Promise.all([
    check(deps.db.ping()),
    check(deps.schedule.stats(deps.now().getTime())),
  ]);
  const checks: Record<string, string> = { database, schedule, ...deps.workerStates() };
  return {
    ready: Object.values(checks).every((state) => !/^(starting|stopped|down|does not answer)/.test(state)),
    checks,
  };
}

async function check(answer: Promise<unknown>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('does not answer'), PATIENCE_MS);
  });
  try {
    return await Promise.race([answer.then(() => 'up'), late]);
  } catch {
    return 'down';
  } finally {
    clearTimeout(timer);
  }
}
