import { join } from 'node:path';
import type { Logger } from 'pino';
import { createClock } from '../offline/clock.ts';
import { createProbe } from '../offline/link/probe.ts';
import { type OpenedWorkstation, openWorkstation } from '../offline/open-workstation.ts';
import { readFact } from '../offline/store/facts-store.ts';
import { openStore } from '../offline/store/open-store.ts';
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
}): OpenedWorkstation & { close(): Promise<void> } {
  const { central, log } = options;
  const folder = join(options.dataDir, 'cache');
  const { store, setAside } = openStore(folder, join(options.paths.migrations, 'sqlite'), new Date());
  if (setAside !== null) log.error({ setAside }, 'the store of this workstation was damaged and has been set aside');
  failUnfinished(store);
  const clock = createClock(readFact<number>(store, 'clock-offset') ?? 0);
  const probe = central.connection.engine === 'embedded' ? null : createProbe(connectionConfig(central.connection));
  const opened = openWorkstation({ store, db: central.db, probe, clock, log, events: () => options.events });
  return {
    ...opened,
    async close() {
      await opened.stop();
      store.close();
    },
  };
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
