import { setTimeout as sleep } from 'node:timers/promises';
import { createAuthenticate } from '../access/authenticate.ts';
import { createAuthorise } from '../access/authorise.ts';
import { createEventStreams } from '../access/event-stream.ts';
import { createReauthentication } from '../access/re-authentication.ts';
import { appendAudit } from '../audit/append-store.ts';
import { type Sealer, startSealer } from '../audit/sealer.ts';
import { reportStampingJob } from '../fetching/ingest/stamping.ts';
import type { KeyGeneratorPool } from '../keys/generator/key-generator-pool.ts';
import { p224Engine } from '../keys/p224/load-engine.ts';
import { giveUpPassphraseChange, passphraseChangeJob } from '../keys/protection/passphrase-change.ts';
import { giveUpRotation, keyRotationJob } from '../keys/protection/rotation.ts';
import { watchKeys } from '../keys/protection/watch-keys.ts';
import { fenceCheckJob } from '../locations/fence-check.ts';
import { fencePreviewJob } from '../locations/fence-preview.ts';
import { manufacturerExportJob } from '../manufacturing/exports/export-job.ts';
import { manufacturedImportJob, trackerImportJob } from '../manufacturing/imports/import-jobs.ts';
import { readingFile } from '../manufacturing/imports/reading-file.ts';
import { giveUpGeneration, keyGenerationJob } from '../manufacturing/key-batches/generation.ts';
import { WEBHOOK_PAUSES, webhookDeliveryJob } from '../manufacturing/webhooks/webhooks.ts';
import { MapPacks, packFileOf, type RunPack } from '../map/packs/map-packs.ts';
import { tellOfThisConsole } from '../monitoring/console-report.ts';
import { registerMetrics } from '../monitoring/metrics.ts';
import { executeAnywhere } from '../offline/execute-anywhere.ts';
import { signInCopyOf } from '../offline/sign-in-copy.ts';
import type { Workstation } from '../offline/workstation.ts';
import { impatient } from '../platform/db/queryable.ts';
import type { RowReader } from '../platform/files/read-rows.ts';
import { createDownloadTickets } from '../platform/http/download-tickets.ts';
import { createExecute } from '../platform/http/execute.ts';
import { readNetworkSettings } from '../platform/http/network-settings.ts';
import { createHandler, type HandleRequest, type RouterDeps, type RouterOptions } from '../platform/http/router.ts';
import { createJobQueue } from '../platform/jobs/job-queue.ts';
import type { JobQueue } from '../platform/jobs/queue.ts';
import { refoldJob } from '../status/refolds.ts';
import { statusRulesPreviewJob } from '../status/rules-preview.ts';
import { beginPlanned } from '../trackers/planned-periods.ts';
import { type BackUp, backUpWhenDue } from './backup/scheduled-backups.ts';
import { handlersOf } from './handlers.ts';
import { keepHouse } from './keep-house.ts';
import type { ConsoleParts } from './parts.ts';

/** What a host opens; the other parts are made of these. */
type Opened =
  | 'config'
  | 'db'
  | 'events'
  | 'keyring'
  | 'schedule'
  | 'metrics'
  | 'log'
  | 'now'
  | 'elapsedMs'
  | 'randomBytes'
  | 'workerStates';

/** What a host has opened already. The core makes the job queue itself, and registers who does which kind of job. */
export interface CorePieces extends Pick<ConsoleParts, Opened> {
  workstation?: Workstation | null;
  /** Null on a console that does not run the key generator: another one does those jobs. */
  keyGenerator: KeyGeneratorPool | null;
  /** Reads strangers' files in processes of their own. */
  rowReader: RowReader;
  /** Takes the tiles of maps for use offline. */
  runPack: RunPack;
  /** Makes a backup that is due; null where this console makes none, as in tests. */
  backUp?: BackUp | null;
  /** Milliseconds between attempts of a webhook; for tests. */
  webhookPauses?: readonly number[];
  router?: RouterOptions;
}

export interface RunningCore {
  parts: ConsoleParts;
  /** Every request of the API, whichever host it came through. Never rejects. */
  handle: HandleRequest;
  /** Takes up jobs. */
  start(): Promise<void>;
  /** Ends event streams and gives running jobs back. What the host opened stays open. */
  stop(): Promise<void>;
}

const HOUSEKEEPING_MS = 60 * 60_000;
/** How long a console that stops waits for it. */
const MOST_TIDYING_MS = 2_000;
/** How long after its time a planned move begins, at most; it counts from its time. */
const PLANNED_MS = 15_000;
/** How often a console looks whether a backup is due. */
const BACKUP_MS = 60_000;

/** Joins what a host opened into the running product. */
export function createCore(pieces: CorePieces): RunningCore {
  const { keyGenerator, rowReader, runPack, webhookPauses, router, backUp = null, ...opened } = pieces;
  const { db, events, log, now, keyring, randomBytes } = opened;
  const jobs = createJobQueue({ db, events, log, now });
  const parts = joined(opened, jobs, pieces.workstation ?? null, runPack);

  const engine = () => p224Engine((reason) => log.warn({ reason }, 'P-224 falls back to the slower engine'));
  const shared = { db, events, keyring, randomBytes, now, engine };
  const hasKeys = () => keyring.state() === 'ready';
  if (keyGenerator)
    jobs.handle('key-generation', keyGenerationJob({ ...shared, pool: keyGenerator }), {
      ready: hasKeys,
      giveUp: giveUpGeneration(shared),
    });
  const pauses = webhookPauses ?? WEBHOOK_PAUSES;
  jobs.handle('webhook-delivery', webhookDeliveryJob({ db, keyring, now, pauses }), { ready: hasKeys });
  jobs.handle('manufacturer-export', manufacturerExportJob({ ...shared, jobs }));
  jobs.handle(
    'manufactured-device-import',
    readingFile(rowReader, (openFile) => manufacturedImportJob({ ...shared, openFile })),
  );
  const trackerImport = readingFile(rowReader, (openFile) => trackerImportJob({ ...shared, openFile }));
  jobs.handle('tracker-import', trackerImport, { ready: hasKeys });
  const protection = { ...shared, dataDir: opened.config.dataDir };
  jobs.handle('key-rotation', keyRotationJob(protection), { ready: hasKeys, giveUp: giveUpRotation(protection) });
  jobs.handle('passphrase-change', passphraseChangeJob(protection), { giveUp: giveUpPassphraseChange(protection) });
  jobs.handle('refold', refoldJob({ db, now }));
  jobs.handle('report-stamping', reportStampingJob({ db }));
  jobs.handle('fence-preview', fencePreviewJob({ db }));
  jobs.handle('fence-check', fenceCheckJob({ db, now }));
  jobs.handle('status-rules-preview', statusRulesPreviewJob({ db, now }));
  registerMetrics({ metrics: opened.metrics, db, schedule: opened.schedule, now, version: opened.config.version });

  let housekeeping: NodeJS.Timeout | undefined;
  let planned: NodeJS.Timeout | undefined;
  let backups: NodeJS.Timeout | undefined;
  let tidying: Promise<unknown> = Promise.resolve();
  let unwatch = () => {};
  let sealer: Sealer | null = null;
  let telling: { stop(): Promise<void> } | null = null;
  return {
    parts,
    handle: createHandler(doorOf(parts), handlersOf(parts), router),
    async start() {
      sealer = startSealer({ db, log });
      await jobs.start();
      unwatch = watchKeys({ keyring, jobs, events, log, keyGenerator });
      telling = parts.workstation && tellOfThisConsole(parts, parts.workstation);
      const tidy = () => {
        tidying = keepHouse({ ...parts, db }).catch((error: unknown) =>
          log.warn({ err: error }, 'housekeeping failed'),
        );
      };
      tidy();
      housekeeping = setInterval(tidy, HOUSEKEEPING_MS);
      const begin = () =>
        void beginPlanned(db, now()).catch((error: unknown) => log.warn({ err: error }, 'planned moves wait'));
      begin();
      planned = setInterval(begin, PLANNED_MS);
      if (backUp) {
        const folder = opened.config.backupDir;
        let isAtWork = false;
        backups = setInterval(async () => {
          if (isAtWork) return;
          isAtWork = true;
          await backUpWhenDue({ db, folder, backUp, log, now });
          isAtWork = false;
        }, BACKUP_MS);
      }
    },
    async stop() {
      clearInterval(housekeeping);
      clearInterval(planned);
      clearInterval(backups);
      await parts.mapPacks.stop();
      unwatch();
      parts.eventStreams.closeAll();
      await jobs.stop();
      // Lest it writes where nothing is any more. What takes longer goes on at the next start.
      const lastWords = Promise.all([tidying, telling?.stop(), sealer?.stop()]);
      await Promise.race([lastWords, sleep(MOST_TIDYING_MS, undefined, { ref: false })]);
    },
  };
}

/** Makes the parts that need one another. They look each other up at every call, so that a test may replace one. */
function joined(
  opened: Pick<ConsoleParts, Opened>,
  jobs: JobQueue,
  workstation: Workstation | null,
  run: RunPack,
): ConsoleParts {
  const db = impatient(opened.db);
  const signInCopy = workstation && signInCopyOf(workstation, db);
  const reauthentication = createReauthentication({ db });
  const parts = {
    ...opened,
    db,
    jobs,
    workstation,
    appendAudit,
    signInCopy,
    isCutOff: () => signInCopy?.isCutOff() ?? false,
    reauthentication,
    reauthenticate: reauthentication.reauthenticate,
    tickets: createDownloadTickets(opened),
    mapPacks: new MapPacks({
      path: packFileOf(opened.config.dataDir),
      run,
      allowsPrivate: async () => (await readNetworkSettings(db)).privateNetworks,
      log: opened.log,
      now: opened.now,
    }),
  };
  return Object.assign(parts, { authenticate: createAuthenticate(parts), eventStreams: createEventStreams(parts) });
}

/** What comes before and around each handler. */
function doorOf(parts: ConsoleParts): RouterDeps {
  const { workstation } = parts;
  const execute = createExecute(parts);
  return {
    allowedHosts: parts.config.allowedHosts,
    log: parts.log,
    authorise: createAuthorise(parts),
    execute: workstation ? executeAnywhere(workstation, execute, parts) : execute,
  };
}
