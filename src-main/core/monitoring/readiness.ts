import type { FetchSchedule } from '../fetching/schedule/schedule.ts';
import { sourcesHealth } from '../fetching/sources-health-store.ts';
import { WRONG_CLOCK_MS } from '../offline/clock.ts';
import type { Workstation } from '../offline/workstation.ts';
import type { Database, Queryable } from '../platform/db/queryable.ts';
import { toAppError } from '../platform/db/sqlstate.ts';
import { tryToWrite } from '../platform/db/writable-store.ts';
import { AppError } from '../platform/errors.ts';
import { backupHealth, lastFailure } from './backups/backup-schedule.ts';
import { readBackupSettings, readBackupState } from './backups/backup-settings.ts';

/** A part that answers later than this is as good as down. */
const PATIENCE_MS = 3000;

export interface ReadinessDeps {
  readonly db: Database;
  readonly schedule: FetchSchedule;
  readonly now: () => Date;
  /** Null in tests of a part. */
  readonly workstation: Workstation | null;
  /** State of each worker: name -> 'up' or what is wrong. */
  readonly workerStates: () => Record<string, string>;
}

/**
 * Whether this console can do its work: the database takes a change, the schedule answers, and every worker that it runs
 * is up. A worker that waits for something outside (keys, a source) says so and does not count as down; nor do report
 * sources, backups and the clock of the machine, which is corrected.
 */
export async function checkReadiness(deps: ReadinessDeps): Promise<{ ready: boolean; checks: Record<string, string> }> {
  const [database, schedule, sources, backups] = await Promise.all([
    check(tryToWrite(deps.db)),
    check(deps.schedule.stats(deps.now().getTime())),
    check(sourcesState(deps.db), 'not known'),
    check(backupsState(deps.db, deps.now()), 'not known'),
  ]);
  const clock = clockState(clockOffMs(deps.workstation));
  const checks: Record<string, string> = { database, schedule, sources, backups, clock, ...deps.workerStates() };
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

/** How far the database's clock is ahead of this machine's; 0 while that is nobody's concern. */
export function clockOffMs(workstation: Workstation | null): number {
  const offset = workstation?.clock.offset() ?? 0;
  return Math.abs(offset) > WRONG_CLOCK_MS ? offset : 0;
}

function clockState(offMs: number): string {
  if (offMs === 0) return 'up';
  return `${Math.round(Math.abs(offMs) / 1000)} seconds ${offMs > 0 ? 'behind' : 'ahead of'} the database’s, and corrected`;
}

export async function backupNotice(db: Queryable, now: Date): Promise<'fine' | 'overdue' | 'failed'> {
  const settings = await readBackupSettings(db);
  const state = await readBackupState(db);
  if (settings.enabled && lastFailure(state) !== null) return 'failed';
  return backupHealth(settings, state, now).overdue ? 'overdue' : 'fine';
}

async function backupsState(db: Database, now: Date): Promise<string> {
  const notice = await backupNotice(db, now);
  if (notice !== 'fine') return notice === 'failed' ? 'the last one failed' : 'overdue';
  return (await readBackupSettings(db)).enabled ? 'up' : 'off';
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
