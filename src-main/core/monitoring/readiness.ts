import type { PartState } from '../../../src-shared/contract/part-state.ts';
import { isAble, up } from '../../../src-shared/domain/part-state.ts';
import { unsealedEntries } from '../audit/append-store.ts';
import type { FetchSchedule } from '../fetching/schedule/schedule.ts';
import { sourcesHealth } from '../fetching/sources-health-store.ts';
import { WRONG_CLOCK_MS } from '../offline/clock.ts';
import type { Workstation } from '../offline/workstation.ts';
import type { Database } from '../platform/db/queryable.ts';
import { whyOf } from '../platform/db/sqlstate.ts';
import { tryToWrite } from '../platform/db/writable-store.ts';
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
  readonly workerStates: () => Record<string, PartState>;
}

export interface Readiness {
  ready: boolean;
  checks: Record<string, PartState>;
  /** `fine` while it isn't known. */
  backup: BackupNotice;
}

type BackupNotice = 'fine' | 'overdue' | 'failed';

/**
 * Whether this console can do its work: the database and the schedule take a change, and every worker that it runs is
 * up. A worker that waits for something outside (keys, a source) says so and does not count as down; nor do report
 * sources, backups, the audit log and the clock of the machine, which is corrected. Questions at the same time share one answer, so that
 * a database that hangs is not asked by hundreds.
 */
export function createReadiness(deps: ReadinessDeps): () => Promise<Readiness> {
  let asking: Promise<Readiness> | null = null;
  const parts = { database: sharing(), schedule: sharing() };
  const ask = async (): Promise<Readiness> => {
    const [database, schedule, sources, backups, auditLog] = await Promise.all([
      check(parts.database(() => tryToWrite(deps.db))),
      check(parts.schedule(() => deps.schedule.tryToWrite())),
      known(sourcesState(deps.db), NOT_KNOWN),
      known(backupsHealth(deps.db, deps.now()), BACKUPS_NOT_KNOWN),
      known(auditLogState(deps.db), NOT_KNOWN),
    ]);
    const clock = clockState(clockOffMs(deps.workstation));
    const own = { database, schedule, sources, backups: backups.state, auditLog, clock };
    const checks: Record<string, PartState> = { ...own, ...deps.workerStates() };
    return { ready: Object.values(checks).every(isAble), checks, backup: backups.notice };
  };
  return () => {
    asking ??= ask().finally(() => {
      asking = null;
    });
    return asking;
  };
}

/** Asks again only once the question before has ended, however late. */
function sharing(): (ask: () => Promise<void>) => Promise<void> {
  let asked: Promise<void> | null = null;
  return (ask) => {
    asked ??= ask().finally(() => {
      asked = null;
    });
    return asked;
  };
}

/** Whether reports can come at all; it names no source. */
async function sourcesState(db: Database): Promise<PartState> {
  const { enabled, neverAsked, failingSince } = await sourcesHealth(db);
  if (enabled === 0) return { is: 'off', why: 'No report source is switched on.' };
  if (failingSince !== null)
    return { is: 'warns', why: `No report source has worked since ${failingSince.toISOString()}.` };
  return neverAsked === enabled ? { is: 'waits', why: 'No report source has been asked yet.' } : up;
}

/** The audit log is sealed within a second; what waits for longer than this could be changed unnoticed all the while. */
const SEALED_SECONDS = 60;

async function auditLogState(db: Database): Promise<PartState> {
  const { count, since, seconds } = await unsealedEntries(db);
  if (since === null || seconds < SEALED_SECONDS) return up;
  const entries = count === 1 ? 'One entry of the audit log is' : `${count} entries of the audit log are`;
  return { is: 'warns', why: `${entries} not sealed yet, the first since ${since.toISOString()}.` };
}

/** How far the database's clock is ahead of this machine's; 0 while that is nobody's concern. */
export function clockOffMs(workstation: Workstation | null): number {
  const offset = workstation?.clock.offset() ?? 0;
  return Math.abs(offset) > WRONG_CLOCK_MS ? offset : 0;
}

function clockState(offMs: number): PartState {
  if (offMs === 0) return up;
  const off = `${Math.round(Math.abs(offMs) / 1000)} seconds ${offMs > 0 ? 'behind' : 'ahead of'}`;
  return { is: 'warns', why: `The clock of this computer is ${off} the database’s; times are corrected.` };
}

interface BackupHealth {
  notice: BackupNotice;
  state: PartState;
}

async function backupsHealth(db: Database, now: Date): Promise<BackupHealth> {
  const settings = await readBackupSettings(db);
  const state = await readBackupState(db);
  if (settings.enabled && lastFailure(state) !== null)
    return { notice: 'failed', state: { is: 'warns', why: 'The last backup failed.' } };
  if (backupHealth(settings, state, now).overdue)
    return { notice: 'overdue', state: { is: 'warns', why: 'The backup is overdue.' } };
  const off: PartState = { is: 'off', why: 'Automatic backups are off.' };
  return { notice: 'fine', state: settings.enabled ? up : off };
}

const NOT_KNOWN: PartState = { is: 'waits', why: 'Not known while the database does not answer.' };

const BACKUPS_NOT_KNOWN: BackupHealth = { notice: 'fine', state: NOT_KNOWN };

/** What the database knows of a part; `otherwise` while it doesn't answer. */
const known = <T>(answer: Promise<T>, otherwise: T): Promise<T> => inTime(answer, otherwise).catch(() => otherwise);

/** Whether a part did what it was asked to. */
async function check(answer: Promise<void>): Promise<PartState> {
  const late: PartState = { is: 'down', why: `It did not answer within ${PATIENCE_MS / 1000} seconds.` };
  try {
    return await inTime(
      answer.then(() => up),
      late,
    );
  } catch (error) {
    return { is: 'down', why: whyOf(error) };
  }
}

function inTime<T>(answer: Promise<T>, late: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const waited = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(late), PATIENCE_MS);
  });
  return Promise.race([answer, waited]).finally(() => clearTimeout(timer));
}
