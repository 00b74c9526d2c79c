import { join } from 'node:path';
import type { Logger } from 'pino';
import { createClock } from '../offline/clock.ts';
import { createProbe } from '../offline/link/probe.ts';
import { type OpenedWorkstation, openWorkstation } from '../offline/open-workstation.ts';
import { readFact } from '../offline/store/facts-store.ts';
import { type FormerStore, openStoreBelow } from '../offline/store/former-store.ts';
import { failUnfinished } from '../offline/store/reviews-store.ts';
import type { Workstation } from '../offline/workstation.ts';
import { connectionConfig } from '../platform/db/connection.ts';
import { AppError } from '../platform/errors.ts';
import type { EventBus } from '../platform/events/bus.ts';
import type { CentralDatabase } from './open-database.ts';
import type { ConsolePaths } from './paths.ts';

/** Opens this workstation's own store below the data directory, and what watches the central database. */
export function openStation(options: {
  dataDir: string;
  paths: ConsolePaths;
  central: CentralDatabase;
  events: EventBus;
  log: Logger;
  askMs?: number | undefined;
}): OpenedWorkstation & { close(): Promise<void> } {
  const { central, log, askMs } = options;
  const migrations = join(options.paths.migrations, 'sqlite');
  const { store, setAside, former } = openStoreBelow(options.dataDir, migrations, new Date());
  if (setAside !== null) log.error({ setAside }, 'the store of this workstation was damaged and has been set aside');
  if (former !== null) reportFormer(former, log);
  failUnfinished(store);
  const clock = createClock(readFact<number>(store, 'clock-offset') ?? 0);
  const probe = central.connection.engine === 'embedded' ? null : createProbe(connectionConfig(central.connection));
  const opened = openWorkstation({ store, db: central.db, probe, askMs, clock, log, events: () => options.events });
  return {
    ...opened,
    async close() {
      await opened.stop();
      store.close();
    },
  };
}

function reportFormer(former: FormerStore, log: Logger): void {
  if (former.state === 'taken-over')
    log.warn(former, 'an older console ran in this data directory: its unsent scans are taken over and its files kept');
  else
    log.error(
      former,
      'an older console left unsent scans of another database: they stay where they are; to send them, start a console on that database with a data directory of its own, which has this folder in it under its present name',
    );
}

/** A workstation that was never connected has nothing to work on: the start fails with the reason of the database. */
export async function mayStartCutOff({ store }: Workstation, { failure }: CentralDatabase): Promise<void> {
  if (readFact<string>(store, 'installation') !== null) return;
  throw new AppError(
    'unavailable',
    'The database of DATABASE_URL can’t be reached, and this workstation was never connected to it. Check the address and the network.',
    { cause: failure },
  );
}
