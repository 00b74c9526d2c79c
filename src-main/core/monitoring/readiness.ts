import type { FetchSchedule } from '../fetching/schedule/schedule.ts';
import { sourcesHealth } from '../fetching/sources-health-store.ts';
import type { Database } from '../platform/db/queryable.ts';
import { toAppError } from '../platform/db/sqlstate.ts';
import { tryToWrite } from '../platform/db/writable-store.ts';
import { AppError } from '../platform/errors.ts';

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
 * Whether this console can do its work: the database takes a change, the schedule answers, and every worker that it runs
 * is up. A worker that waits for something outside (keys, a source) says so and does not count as down; nor do report
 * sources.
 */
export async function checkReadiness(deps: ReadinessDeps): Promise<{ ready: boolean; checks: Record<string, string> }> {
  const [database, schedule, sources] = await Promise.all([
    check(tryToWrite(deps.db)),
    check(deps.schedule.stats(deps.now().getTime())),
    check(sourcesState(deps.db), 'not known'),
  ]);
  const checks: Record<string, string> = { database, schedule, sources, ...deps.workerStates() };
  return {
    ready: Object.values(checks).every((state) => !/^(starting|stopped|down|does not answer)/.test(state)),
    checks,
  };
}

/** Whether reports can come at all; it names no source. */
async function sourcesState(db: Database): Promise<string> {
  const { enabled, neverAsked, failingSince } = await sourcesHealth(db);
  if (enabled === 0) return 'no report source is switched on';
  if (failingSince !== null) return `no report source works since ${failingSince.toISOString()}`;
  return neverAsked === enabled ? 'no report source was asked yet' : 'up';
}

/** What a part says of itself, if it says something. */
async function check(answer: Promise<unknown>, otherwise = 'down'): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('does not answer'), PATIENCE_MS);
  });
  try {
    return await Promise.race([answer.then((said) => (typeof said === 'string' ? said : 'up')), late]);
  } catch (error) {
    const known = toAppError(error);
    return otherwise === 'down' && known instanceof AppError ? `down: ${known.message}` : otherwise;
  } finally {
    clearTimeout(timer);
  }
}
