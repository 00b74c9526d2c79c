import { statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { PartState } from '../../../src-shared/contract/part-state.ts';
import type { Keyring } from '../keys/keyring.ts';
import { consoleKey } from '../offline/store/console-key.ts';
import { countOutbox } from '../offline/store/outbox-store.ts';
import type { Workstation } from '../offline/workstation.ts';
import type { Database } from '../platform/db/queryable.ts';
import { REPORT_MS } from './console-troubles.ts';
import { type ConsoleReport, keepReport, roundTripMs } from './consoles-store.ts';

export interface ConsoleReportDeps {
  readonly config: { readonly version: string; readonly dataDir: string };
  readonly db: Database;
  readonly keyring: Keyring;
  readonly log: Logger;
  readonly workerStates: () => Record<string, PartState>;
}

/**
 * Tells the database how this console is, at once and every half minute; `stop` tells that it was stopped in order. While
 * the database is out of reach nothing is told, which the others see by the time of the last report.
 */
export function tellOfThisConsole(deps: ConsoleReportDeps, workstation: Workstation) {
  const startedAt = workstation.clock.now();
  let telling: Promise<void> = Promise.resolve();
  const tell = (stopped: boolean) => {
    telling = telling
      .then(async () => keepReport(deps.db, await reportOf(deps, workstation, startedAt), stopped))
      .catch((error: unknown) => deps.log.debug({ err: error }, 'how this console is could not be told'));
    return telling;
  };
  void tell(false);
  const timer = setInterval(() => void tell(false), REPORT_MS);
  return {
    stop(): Promise<void> {
      clearInterval(timer);
      return tell(true);
    },
  };
}

async function reportOf(deps: ConsoleReportDeps, workstation: Workstation, startedAt: Date): Promise<ConsoleReport> {
  const { store, clock } = workstation;
  const databaseMs = await roundTripMs(deps.db);
  const outbox = countOutbox(store);
  const disk = await statfs(deps.config.dataDir).catch(() => null);
  return {
    key: consoleKey(store),
    hostName: hostname(),
    programVersion: deps.config.version,
    startedAt,
    keyState: deps.keyring.state(),
    engines: deps.workerStates(),
    waiting: outbox.waiting,
    oldestWaitingAt: outbox.oldestAt === null ? null : new Date(outbox.oldestAt + clock.offset()),
    conflicts: outbox.conflicts,
    clockOffsetMs: clock.offset(),
    databaseMs,
    diskFreeBytes: disk && disk.bavail * disk.bsize,
  };
}
