import { randomBytes } from 'node:crypto';
import { availableParallelism, hostname } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { ensureAdministrator } from '../access/first-administrator.ts';
import { createMemorySchedule } from '../fetching/schedule/memory-schedule.ts';
import { createRedisSchedule } from '../fetching/schedule/redis/redis-schedule.ts';
import { createDeferredKeyring } from '../keys/deferred-keyring.ts';
import { createKeyGeneratorPool } from '../keys/generator/key-generator-pool.ts';
import type { KeyStore } from '../keys/key-file.ts';
import { openKeyring } from '../keys/keyring.ts';
import { recordKeyAccess } from '../keys/record-key-access.ts';
import { packsElsewhere } from '../map/packs/pack-process.ts';
import { followShare } from '../monitoring/connection-share.ts';
import { REPORT_MS } from '../monitoring/console-troubles.ts';
import type { Workstation } from '../offline/workstation.ts';
import { CONNECTIONS, poolSize } from '../platform/db/connection.ts';
import { AppError } from '../platform/errors.ts';
import { createLocalBus } from '../platform/events/bus.ts';
import { createRedisBus } from '../platform/events/redis-bus.ts';
import { createRowReader } from '../platform/files/read-rows.ts';
import { rowLimits } from '../platform/files/row-file.ts';
import type { HandleRequest } from '../platform/http/router.ts';
import { createLogger } from '../platform/logs/logging.ts';
import { tryRedis } from '../platform/redis/try-redis.ts';
import type { LaunchWorker } from '../platform/workers/channel.ts';
import { launchProcess } from '../platform/workers/process.ts';
import type { SupervisedWorker } from '../platform/workers/supervisor.ts';
import { launchThread } from '../platform/workers/thread.ts';
import { makeBackupAlone } from './backup/make-backup.ts';
import { createCore } from './create-core.ts';
import { announceStop, claimDataDir, makeDataDir } from './data-dir.ts';
import { openCentralDatabase } from './open-database.ts';
import { mayStartWithout, openStation, rememberAddress } from './open-station.ts';
import type { ConsoleOptions } from './options.ts';
import type { ConsoleParts } from './parts.ts';
import type { ConsolePaths } from './paths.ts';
import { startWorkers } from './start-workers.ts';
import { wrongRedis } from './wrong-settings.ts';

/** Two make more pairs than a database stores; on the desktop each is a process of its own. */
const MAX_KEY_GENERATORS = 4;

type OfTheDatabase = 'databaseOwnerUrl' | 'databaseRoles' | 'databaseConnections';

/** Where to listen is not among these: each host sees to that itself. */
export interface BootOptions
  extends Omit<
      ConsoleOptions,
      'listen' | 'tlsCert' | 'tlsKey' | 'hostNames' | 'passphrase' | 'backupDir' | OfTheDatabase
    >,
    Partial<Pick<ConsoleOptions, OfTheDatabase>> {
  passphrase?: string | null;
  /** The folder `backups` of the data directory, unless given. */
  backupDir?: string;
  paths: ConsolePaths;
  /** Exact `Host` values that are answered. Read at each request, so that a host may add its port once it knows it. */
  allowedHosts: readonly string[];
  /** Where logs go: a file, or standard output. */
  logFile?: string;
  /** How engines, key generator and embedded database are started: in threads, unless the host has something better. */
  launchWorker?: LaunchWorker;
  /** Milliseconds that the central database has to answer; less than a second unless given. */
  askMs?: number;
  /** The clock of this machine, milliseconds since 1970; for tests. */
  ownTime?: () => number;
  /** Where this console keeps its key; a file, unless the host has a keychain. */
  keyStore?: KeyStore;
}

const ADVICE_ON_ROLES =
  'The role of DATABASE_URL owns the schema, so whoever takes over one of its connections can change it. ' +
  '`npm run roles` prints how an administrator gives the console a role of its own.';

export interface RunningConsole {
  handle: HandleRequest;
  parts: ConsoleParts;
  /** Key file and recovery kit, when this start made them. */
  createdKeys: { keyFile: string; recoveryKit: string } | null;
  /** What whoever starts it should know, in sentences. */
  advice: string[];
  /** Lets requests, jobs and workers finish what is in hand, then closes everything. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts the whole console for a host: data directory, database, keys, schedule, events, core, workers. What was
 * started is stopped again when a later step fails. AppError with a sentence for the person when it can't start.
 */
export async function bootConsole(options: BootOptions): Promise<RunningConsole> {
  // The log may lie in it.
  await makeDataDir(options.dataDir);
  const undo: (() => Promise<unknown>)[] = [];
  const log = createLogger({ level: options.logLevel, ...(options.logFile ? { destination: options.logFile } : {}) });
  let stopped: Promise<void> | null = null;
  const stop = () => {
    stopped ??= (async () => {
      await announceStop(options.dataDir);
      for (const step of undo.reverse()) {
        await step().catch((error: unknown) => log.error({ err: error }, 'a part did not stop cleanly'));
      }
    })();
    return stopped;
  };
  try {
    return { ...(await start(options, log, undo)), stop };
  } catch (error) {
    log.error({ err: error }, 'the console could not start');
    await stop();
    throw error;
  }
}

/** Redis may be away for a while, but not wrong. */
async function checkRedis(url: string, workstation: Workstation): Promise<void> {
  try {
    await tryRedis(url);
    rememberAddress(workstation, 'redis', url);
  } catch (error) {
    const found = wrongRedis(url, error);
    if (found === null) return;
    if (!found.mayPass) throw new AppError('validation-failed', found.sentence, { cause: error });
    mayStartWithout(workstation, 'redis', { url, sentence: found.sentence, cause: error });
  }
}

async function start(options: BootOptions, log: Logger, undo: (() => Promise<unknown>)[]) {
  const { paths, redisUrl, launchWorker: launch = launchThread } = options;
  undo.push(await claimDataDir(options.dataDir));

  const central = await openCentralDatabase({ ...options, log });
  undo.push(central.close);
  const onError = (error: unknown) => log.warn({ err: error }, 'Redis or an event listener failed');
  const events = redisUrl === null ? createLocalBus(onError) : createRedisBus({ url: redisUrl, onError });
  undo.push(() => events.close());
  const { workstation, db, ...station } = openStation({ ...options, central, events, log });
  undo.push(station.close);
  const { now } = workstation.clock;
  if (options.databaseUrl !== null) {
    const url = options.databaseUrl;
    if (central.failure === null) rememberAddress(workstation, 'database', url);
    else mayStartWithout(workstation, 'database', { url, sentence: central.failure.message, cause: central.failure });
  }
  if (redisUrl !== null) await checkRedis(redisUrl, workstation);

  const keyring = createDeferredKeyring();
  undo.push(async () => keyring.lock());
  const schedule =
    redisUrl === null ? createMemorySchedule() : createRedisSchedule({ url: redisUrl, luaFolder: paths.lua, onError });
  undo.push(() => schedule.close());

  const keyGenerator = options.engines.includes('key-generator')
    ? createKeyGeneratorPool({
        workerUrl: paths.worker('key-generator'),
        workers: Math.min(MAX_KEY_GENERATORS, availableParallelism()),
        launch,
        onRestart: (reason) => log.warn({ worker: 'key-generator', err: reason }, 'worker ended and is started again'),
      })
    : null;
  if (keyGenerator) undo.push(() => keyGenerator.close());

  let workers: SupervisedWorker[] = [];
  const running = createCore({
    config: {
      version: paths.version,
      databaseConnections:
        central.connection.engine === 'embedded' ? null : (central.connection.connections ?? CONNECTIONS.usual),
      dataDir: options.dataDir,
      backupDir: options.backupDir ?? join(options.dataDir, 'backups'),
      allowedHosts: options.allowedHosts,
      sessionIdleHours: options.sessionIdleHours,
      sessionMaxHours: options.sessionMaxHours,
    },
    db,
    events,
    keyring,
    keyGenerator,
    rowReader: createRowReader({
      url: paths.worker('row-reader'),
      launch: options.launchWorker ?? launchProcess,
      limits: rowLimits,
    }),
    runPack: packsElsewhere({ url: paths.worker('map-packer'), launch: options.launchWorker ?? launchProcess }),
    schedule,
    log,
    now,
    elapsedMs: () => performance.now(),
    randomBytes,
    workstation,
    metrics: new Registry(),
    backUp: (path, at) =>
      makeBackupAlone(path, {
        connection: central.connection,
        dataDir: options.dataDir,
        version: paths.version,
        now: at,
        log,
        by: 'schedule',
        keys: null,
      }),
    workerStates: () => Object.fromEntries(workers.map((worker) => [worker.name, worker.state()])),
  });

  /** Everything that needs the central database: done at once if it answers, else when it first does. */
  let createdKeys: RunningConsole['createdKeys'] = null;
  let sharing: ReturnType<typeof followShare> | null = null;
  const prepare = async () => {
    await central.migrate();
    const { keyring: opened, created } = await openKeyring({
      db: central.db,
      dataDir: options.dataDir,
      randomBytes,
      now,
      passphrase: options.passphrase ?? null,
      keyFile: process.env.CONSOLE_KEY_FILE,
      ...(options.keyStore ? { store: options.keyStore } : {}),
    });
    keyring.open(opened);
    createdKeys = created;
    if (options.adminPassword !== null) await ensureAdministrator(central.db, options.adminPassword, now());
    const onKeyHandedOver = (worker: string) =>
      void recordKeyAccess(central.db, { by: worker, console: hostname(), now: now() }).catch((error: unknown) =>
        log.error({ err: error }, 'the audit log could not record that a worker was given the key'),
      );
    if (central.connection.engine === 'postgresql') {
      const { connection } = central;
      sharing = followShare({
        db: central.db,
        most: connection.connections ?? CONNECTIONS.usual,
        everyMs: REPORT_MS,
        tell(connections) {
          // What a worker that is started again reads, too.
          connection.connections = connections;
          central.db.limitConnections(poolSize(connection, 'core'));
          for (const worker of workers) worker.send({ type: 'connections', connections });
          log.info({ connections }, 'connections to the database are shared with other consoles');
        },
      });
    }
    workers = startWorkers({
      launch,
      onKeyHandedOver,
      engines: options.engines,
      paths,
      connection: central.connection,
      redisUrl,
      schedule,
      keyring,
      events,
      clock: workstation.clock,
      isCutOff: () => workstation.link.state() === 'offline',
      log,
    });
  };
  undo.push(async () => sharing?.stop());
  undo.push(() => Promise.all(workers.map((worker) => worker.stop())));
  if (central.reachable) await prepare();
  await running.start();
  undo.push(() => running.stop());
  station.start(central.reachable, central.reachable ? async () => undefined : prepare);

  const advice = central.ownsSchema ? [ADVICE_ON_ROLES] : [];
  for (const sentence of advice) log.warn(sentence);
  return { handle: running.handle, parts: running.parts, createdKeys, advice };
}
