import type { ServerEvent } from '../../../src-shared/contract/events.ts';
import { type Database, systemScope } from '../platform/db/queryable.ts';
import { isRefusedForNow } from '../platform/db/sqlstate.ts';
import { AppError } from '../platform/errors.ts';
import type { FoldHooks } from './after-fold.ts';
import { postpone } from './engine-store.ts';
import { closeEndedRuns } from './history-store.ts';
import { foldPending, type PassLimits, type PassResult } from './pass.ts';

/** Fewer trackers don't help then; they may help when a statement took too long or too much memory. */
const isLost = (error: unknown) => error instanceof AppError && error.code === 'unavailable' && !isRefusedForNow(error);

export interface StatusEngineDeps extends FoldHooks {
  db: Database;
  publish: (event: ServerEvent) => void;
  log: (level: 'debug' | 'warn' | 'error', message: string, fields: Record<string, unknown>) => void;
  now: () => Date;
  /** `up`, or what it waits for, as a sentence; told when it changes. */
  onState?: (state: string) => void;
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
  /** Works until nothing is pending but what other engines hold. Returns how many folds were done. */
  drain(): Promise<number>;
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
/** How often to look for silence, which takes hours to arise. */
const SILENCE_MS = 60_000;
/** Two on a server: one folds while the other waits for its statements. */
const LANES: Record<Database['engine'], number> = { postgresql: 2, embedded: 1 };
const IDLE_MS = 500;
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

  async function pass(trackers: number, onTaken: (trackerIds: number[]) => void): Promise<PassResult> {
    return db.transaction(systemScope, async (tx) => {
      const result = await foldPending(tx, deps, { ...limits, trackers }, deps.now(), onTaken);
      tx.afterCommit(() => {
        for (const [clientId, trackerIds] of result.changed) {
          deps.publish({ type: 'tracker-status', clientId, trackerIds });
        }
      });
      return result;
    });
  }

  /**
   * A pass that fails is done again with fewer trackers, down to one, which is then put behind the others: a tracker
   * that can't be folded holds nobody up. Null after that.
   */
  async function passOrPostpone(): Promise<PassResult | null> {
    let taken: number[] = [];
    for (let trackers = limits.trackers; ; trackers = Math.max(1, Math.floor(trackers / 8))) {
      try {
        return await pass(trackers, (ids) => {
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

  async function drain(): Promise<number> {
    const lanes = Array.from({ length: deps.lanes ?? LANES[db.engine] }, drainLane);
    // All are waited for, so that none works on while the error of another is dealt with.
    const ended = await Promise.allSettled(lanes);
    let folds = 0;
    for (const lane of ended) {
      if (lane.status === 'rejected') throw lane.reason;
      folds += lane.value;
    }
    return folds;
  }

  async function drainLane(): Promise<number> {
    let folds = 0;
    while (!stopping) {
      const result = await passOrPostpone();
      if (result === null) continue;
      if (result.trackerIds.length === 0) break;
      folds += result.trackerIds.length;
      log('debug', 'folded', { trackers: result.trackerIds.length, reports: result.reports });
    }
    return folds;
  }

  async function assessReports(changed: Set<number>): Promise<void> {
    while (!stopping) {
      const { trackers, clientIds } = await db.transaction(systemScope, (tx) =>
        afterFold.workOff(tx, ASSESSED[db.engine], deps.now()),
      );
      if (trackers === 0) break;
      for (const clientId of clientIds) changed.add(clientId);
    }
  }

  let silenceDueAt = 0;
  async function assess(isForced: boolean): Promise<void> {
    const changed = new Set<number>();
    await assessReports(changed);
    const now = deps.now();
    if (!stopping && (isForced || now.getTime() >= silenceDueAt)) {
      silenceDueAt = now.getTime() + SILENCE_MS;
      const { clientIds } = await db.transaction(systemScope, async (tx) => {
        await closeEndedRuns(tx, now);
        return afterFold.timePassed(tx, now);
      });
      for (const clientId of clientIds) changed.add(clientId);
    }
    for (const clientId of changed) deps.publish({ type: 'alerts', clientId });
  }

  async function run(): Promise<void> {
    let state = '';
    const tell = (now: string) => {
      if (now !== state) deps.onState?.(now);
      state = now;
    };
    while (!stopping) {
      let pause = IDLE_MS;
      try {
        await drain();
        await assess(false);
        tell('up');
      } catch (error) {
        pause = UNAVAILABLE_MS;
        const reason = error instanceof Error ? error.message : String(error);
        log('warn', 'the status engine waits', { error: reason });
        tell(`waits: ${reason}`);
      }
      if (!stopping && !poked) await sleep(pause);
      poked = false;
    }
  }

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
      await loop;
      loop = null;
    },
    drain,
    assess: () => assess(true),
  };
}
