import type { ServerEvent } from '../../../src-shared/contract/events.ts';
import type { PartState } from '../../../src-shared/contract/part-state.ts';
import { inWords, up } from '../../../src-shared/domain/part-state.ts';
import { prolongTurn, takeTurn } from '../platform/db/housekeeping-store.ts';
import { type Database, systemScope } from '../platform/db/queryable.ts';
import { isRefusedForNow } from '../platform/db/sqlstate.ts';
import { AppError } from '../platform/errors.ts';
import type { FoldHooks } from './after-fold.ts';
import { isAnyPending, type PendingKind, postpone } from './engine-store.ts';
import { closeEndedRuns } from './history-store.ts';
import { foldPending, type PassLimits, type PassResult, takenUntil } from './pass.ts';

/** Fewer trackers don't help then; they may help when a statement took too long or too much memory. */
const isLost = (error: unknown) => error instanceof AppError && error.code === 'unavailable' && !isRefusedForNow(error);

export interface StatusEngineDeps extends FoldHooks {
  db: Database;
  publish: (event: ServerEvent) => void;
  log: (level: 'debug' | 'warn' | 'error', message: string, fields: Record<string, unknown>) => void;
  now: () => Date;
  /** Told when it changes. */
  onState?: (state: PartState) => void;
  limits?: PassLimits;
  /** Transactions at once. */
  lanes?: number;
}

export interface StatusEngine {
  /** Works whenever something is pending, until `stop`. */
  start(): void;
  /** Looks now instead of at the next turn. */
  poke(): void;
  /** Finishes the transaction in hand. */
  stop(): Promise<void>;
  /**
   * Works until nothing is pending but what other engines hold; with a time in milliseconds, until then and until no new
   * report is left.
   * Returns how many folds were done.
   */
  drain(forMs?: number): Promise<number>;
  /** Works out deliveries and alerts of all trackers with something new, and what the passing of time alone causes. */
  assess(): Promise<void>;
}

/** The embedded engine has one session: while a transaction is open, nobody else's statement runs. */
const LIMITS: Record<Database['engine'], PassLimits> = {
  postgresql: { trackers: 1_000, reports: 20_000 },
  embedded: { trackers: 200, reports: 2_000 },
};
/** Trackers whose deliveries and alerts are worked out in one transaction. */
const ASSESSED: Record<Database['engine'], number> = { postgresql: 200, embedded: 50 };
/** How often to look for silence, which takes hours to arise, and how often to see whether another console did. */
const SILENCE_MS = 60_000;
const SILENCE_LOOK_MS = 15_000;
/** So long what came in meanwhile may keep a console that begins from looking for silence. */
const MOST_CATCHING_UP_MS = 10 * 60_000;
/** So long it folds what a change has queued before a batch of deliveries and alerts has its turn. */
const ROUND_MS = 5_000;
/** Batches of new reports before one of what waits for another reason. */
const REPORTS_IN_A_ROW = 4;
/** Two on a server: one folds while the other waits for its statements. */
const LANES: Record<Database['engine'], number> = { postgresql: 2, embedded: 1 };
/** How soon it looks again when nothing was pending, and at most so late; it is poked when something comes in. */
const IDLE_MS = 500;
const MOST_IDLE_MS = 2_000;
const UNAVAILABLE_MS = 5_000;
const POSTPONE_MS = 15 * 60_000;

/**
 * Keeps status, history and aggregates at what the reports, fences and runs say. Any number of engines share the
 * work: each takes trackers that no other holds (`for update skip locked`).
 */
export function createStatusEngine(deps: StatusEngineDeps): StatusEngine {
  const { db, log, afterFold } = deps;
  const limits = deps.limits ?? LIMITS[db.engine];
  let stopping = false;
  let wake: (() => void) | null = null;
  let poked = false;
  let loop: Promise<void> | null = null;
  let watch: Promise<void> | null = null;
  let told = '';
  const tell = (now: PartState) => {
    if (inWords(now) !== told) deps.onState?.(now);
    told = inWords(now);
  };

  async function pass(
    kind: PendingKind,
    trackers: number,
    onTaken: (trackerIds: number[]) => void,
  ): Promise<PassResult> {
    return db.transaction(systemScope, async (tx) => {
      const result = await foldPending(tx, deps, kind, { ...limits, trackers }, deps.now(), onTaken);
      tx.afterCommit(() => {
        for (const [clientId, trackerIds] of result.changed) {
          deps.publish({ type: 'tracker-status', clientId, trackerIds });
        }
        // At work, however much came in while no console was.
        if (told === '') tell(up);
      });
      return result;
    });
  }

  /**
   * A pass that fails is done again with fewer trackers, down to one, which is then put behind the others: a tracker
   * that can't be folded holds nobody up. Null after that.
   */
  async function passOrPostpone(kind: PendingKind): Promise<PassResult | null> {
    let taken: number[] = [];
    for (let trackers = limits.trackers; ; trackers = Math.max(1, Math.floor(trackers / 8))) {
      try {
        return await pass(kind, trackers, (ids) => {
          taken = ids;
        });
      } catch (error) {
        const [trackerId] = taken;
        if (trackerId === undefined || isLost(error)) throw error;
        if (taken.length > 1) continue;
        await postpone(db, trackerId, new Date(deps.now().getTime() + POSTPONE_MS));
        log('error', 'the history of a tracker can’t be folded; it is tried again later', {
          trackerId,
          error: error instanceof Error ? error.message : String(error),
        });
        return null;
      }
    }
  }

  async function drain(forMs = Number.POSITIVE_INFINITY): Promise<number> {
    const until = performance.now() + forMs;
    const lanes = Array.from({ length: deps.lanes ?? LANES[db.engine] }, () => foldLane(until));
    // All are waited for, so that none works on while the error of another is dealt with.
    const ended = await Promise.allSettled(lanes);
    let folds = 0;
    for (const lane of ended) {
      if (lane.status === 'rejected') throw lane.reason;
      folds += lane.value;
    }
    return folds;
  }

  async function foldLane(until: number): Promise<number> {
    let folds = 0;
    let inARow = 0;
    const foldBatch = async (kind: PendingKind): Promise<boolean> => {
      while (!stopping) {
        const result = await passOrPostpone(kind);
        if (result === null) continue;
        folds += result.trackerIds.length;
        if (result.trackerIds.length > 0)
          log('debug', 'folded', { trackers: result.trackerIds.length, reports: result.reports });
        return result.trackerIds.length > 0;
      }
      return false;
    };
    let hadReports: boolean;
    do {
      hadReports = await foldBatch('reports');
      if (hadReports && ++inARow < REPORTS_IN_A_ROW) continue;
      inARow = 0;
      // However many trackers a change has queued, a new report waits for one batch of them, and they for a few of its kind.
      if (!(await foldBatch('others')) && !hadReports) break;
    } while (!stopping && (hadReports || performance.now() < until));
    return folds;
  }

  /** Works out deliveries and alerts of one batch of trackers with something new. Returns how many there were. */
  async function assessBatch(): Promise<number> {
    const { trackers, clientIds } = await db.transaction(systemScope, (tx) =>
      afterFold.workOff(tx, ASSESSED[db.engine], deps.now()),
    );
    tellOfAlerts(clientIds);
    return trackers;
  }

  /** One console does it for all, and has the turn for as long as it takes; `isForced` does it whoever did it last. */
  async function passTime(isForced: boolean): Promise<void> {
    const turn = 'what the passing of time causes';
    const now = deps.now();
    const isMine = await db.transaction(systemScope, async (tx) => {
      if (!(await takeTurn(tx, turn, SILENCE_MS)) && !isForced) return false;
      await closeEndedRuns(tx, now);
      return true;
    });
    if (!isMine) return;
    const { clientIds } = await afterFold.timePassed(
      (work) =>
        db.transaction(systemScope, async (tx) => {
          await prolongTurn(tx, turn);
          return work(tx);
        }),
      now,
    );
    tellOfAlerts(clientIds);
  }

  function tellOfAlerts(clientIds: readonly (number | null)[]): void {
    for (const clientId of clientIds) deps.publish({ type: 'alerts', clientId });
  }

  async function assess(): Promise<void> {
    while (!stopping && (await assessBatch()) > 0);
    await passTime(true);
  }

  /** Two short statements, where taking batches of each kind would be five transactions. */
  const isAnythingToDo = async () => (await isAnyPending(db, takenUntil(deps.now()))) || (await afterFold.isQueued(db));

  async function run(): Promise<void> {
    const watchAt = performance.now() + MOST_CATCHING_UP_MS;
    let idle = IDLE_MS;
    while (!stopping) {
      let pause = idle;
      idle = Math.min(2 * idle, MOST_IDLE_MS);
      try {
        if (await isAnythingToDo()) {
          const folds = await drain(ROUND_MS);
          // Batch by batch, so that new reports are folded meanwhile.
          const assessed = stopping ? 0 : await assessBatch();
          if (folds + assessed > 0) pause = 0;
        }
        if (pause === 0) idle = IDLE_MS;
        // What came in while no console was at work comes first: it may end a silence.
        if (pause > 0 || performance.now() > watchAt) watch ??= watchTime();
        tell(up);
      } catch (error) {
        pause = UNAVAILABLE_MS;
        const reason = error instanceof Error ? error.message : String(error);
        log('warn', 'the status engine waits', { error: reason });
        tell({ is: 'waits', why: error instanceof AppError ? reason : 'Unexpected error. See the log.' });
      }
      if (!stopping && !poked && pause > 0) await sleep(pause);
      poked = false;
    }
  }

  /** Apart from the fold, which doesn't wait for it on a server. */
  async function watchTime(): Promise<void> {
    while (!stopping) {
      // The database being away is told by the fold.
      await passTime(false).catch((error: unknown) =>
        log('debug', 'what the passing of time causes has to wait', { error: String(error) }),
      );
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, SILENCE_LOOK_MS);
        endWatch = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
  let endWatch = () => {};

  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  return {
    start() {
      stopping = false;
      loop ??= run();
    },
    poke() {
      poked = true;
      wake?.();
    },
    async stop() {
      stopping = true;
      wake?.();
      endWatch();
      await Promise.all([loop, watch]);
      loop = null;
      watch = null;
    },
    drain,
    assess,
  };
}
