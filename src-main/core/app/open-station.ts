import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { createClock } from '../offline/clock.ts';
import { createProbe } from '../offline/link/probe.ts';
import { type OpenedWorkstation, openWorkstation } from '../offline/open-workstation.ts';
import { readFact, writeFact } from '../offline/store/facts-store.ts';
import { type FormerStore, openStoreBelow } from '../offline/store/former-store.ts';
import { waitUnfinished } from '../offline/store/reviews-store.ts';
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
  ownTime?: (() => number) | undefined;
}): OpenedWorkstation & { close(): Promise<void> } {
  const { central, log, askMs } = options;
  const migrations = join(options.paths.migrations, 'sqlite');
  const { store, setAside, former } = openStoreBelow(options.dataDir, migrations, new Date());
  if (setAside !== null) log.error({ setAside }, 'the store of this workstation was damaged and has been set aside');
  if (former !== null) reportFormer(former, log);
  waitUnfinished(store);
  const probe = central.connection.engine === 'embedded' ? null : createProbe(connectionConfig(central.connection));
  // With the embedded engine this machine's clock is the only one, and right by definition.
  const known = readFact<number>(store, 'clock-offset') ?? 0;
  const even = options.ownTime && (() => performance.now());
  const clock = probe ? createClock(known, options.ownTime, even) : createClock(0, Date.now, Date.now);
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

/** An address without its password, as a hash: the store is no place for log-ins. */
const fingerprint = (url: string) =>
  createHash('sha256')
    .update(url.replace(/^([^:]+:\/\/[^:@/]*):[^@/]*@/, '$1@'))
    .digest('hex');

/**
 * Whether this workstation may start while the service at an address does not answer: where it was reached at that very
 * address before. Anywhere else the setting is wrong, and the start fails with `sentence`.
 */
export function mayStartWithout(
  { store }: Workstation,
  service: 'database' | 'redis',
  { url, sentence, cause }: { url: string; sentence: string; cause: unknown },
): void {
  const known = readFact<string>(store, `${service}-address`);
  // Until this version nobody noted the address.
  const before = known ?? (readFact<string>(store, 'installation') === null ? null : fingerprint(url));
  if (before === fingerprint(url)) return;
  throw new AppError(
    'unavailable',
    `${sentence} This workstation was never connected to that address, so it can’t go on without it.`,
    { cause },
  );
}

/** Notes the address that answered. */
export function rememberAddress({ store }: Workstation, service: 'database' | 'redis', url: string): void {
  if (readFact<string>(store, `${service}-address`) === fingerprint(url)) return;
  store.write(() => writeFact(store, `${service}-address`, fingerprint(url)));
}
