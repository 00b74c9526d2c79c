import { AppError } from '../errors.ts';
import { recordCycle } from '../repositories/fetch-states.ts';
import { enabledSources } from '../repositories/report-source-turns.ts';
import { isOwnTrouble } from './ask-source.ts';
import type { FetcherDeps } from './fetcher-deps.ts';
import { readFetcherSettings } from './fetcher-settings.ts';
import { reconcileSchedule } from './reconcile.ts';
import { SourceWorker } from './source-worker.ts';

export type { FetcherDeps } from './fetcher-deps.ts';

export interface Fetcher {
  /** Works until `stop`. */
  start(): void;
  /** Looks now: at settings, runs and what is due. */
  poke(): void;
  /** Cancels requests in flight, gives claims back, and ends. */
  stop(): Promise<void>;
  /** One round: reconciles if it is time, and lets every source work until nothing is due or it must rest. */
  cycle(): Promise<{ requests: number }>;
}

const LOOK_EVERY_MS = 1000;
const AFTER_ERROR_MS = 2000;
/** Runs that begin or end enter or leave the queue within a minute. */
const RECONCILE_EVERY_MS = 30_000;
const NO_KEY = 'waits for the keys: enrol or unlock this console';

/**
 * The fetcher of one console. Any number of them share a schedule by leases, and a source by turns. A killed one leaves
 * nothing behind: its leases and turns lapse.
 */
export function createFetcher(deps: FetcherDeps): Fetcher {
  const stopping = new AbortController();
  const workers = new Map<number, SourceWorker>();
  const running = new Map<number, Promise<number>>();
  let reconcileAt = 0;
  let wake: (() => void) | null = null;
  let poked = false;
  let loop: Promise<void> | null = null;
  let trouble: string | null = null;

  const report = (error: unknown, doing: string) => {
    const expected = isOwnTrouble(error);
    trouble = error instanceof AppError ? error.message : 'an unexpected error; see the log';
    deps.log(expected ? 'warn' : 'error', `fetcher failed to ${doing}`, {
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  };

  async function look(): Promise<void> {
    const settings = await readFetcherSettings(deps.db);
    const now = deps.now();
    if (now.getTime() >= reconcileAt) {
      const started = performance.now();
      const { added, removed } = await reconcileSchedule(deps.db, deps.schedule, settings, now);
      await recordCycle(deps.db, now);
      // With a very large queue the pause grows with the work.
      reconcileAt = now.getTime() + Math.max(RECONCILE_EVERY_MS, 10 * (performance.now() - started));
      if (added + removed > 0) {
        deps.log('info', 'fetch schedule reconciled', { added, removed });
        deps.publish({ type: 'fetcher' });
      }
    }
    const sources = deps.keys() === null || settings.paused ? [] : await enabledSources(deps.db);
    const enabled = new Set(sources.map((source) => source.id));
    for (const [id, worker] of workers) {
      if (enabled.has(id) || running.has(id)) continue;
      workers.delete(id);
      await worker.release();
    }
    for (const source of sources) {
      if (running.has(source.id) || stopping.signal.aborted) continue;
      const worker = workers.get(source.id) ?? new SourceWorker(deps, stopping.signal);
      workers.set(source.id, worker);
      const run = worker.run(source).catch((error: unknown) => {
        report(error, `work on “${source.name}”`);
        return 0;
      });
      running.set(
        source.id,
        run.finally(() => running.delete(source.id)),
      );
    }
  }

  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
      if (poked || stopping.signal.aborted) wake();
      poked = false;
    });

  async function work(): Promise<void> {
    while (!stopping.signal.aborted) {
      trouble = null;
      await look().catch((error: unknown) => report(error, 'look for work'));
      const failed = trouble !== null;
      deps.onState?.(trouble ?? (deps.keys() === null ? NO_KEY : 'up'));
      await sleep(failed ? AFTER_ERROR_MS : LOOK_EVERY_MS);
    }
  }

  return {
    start() {
      loop ??= work();
    },
    poke() {
      reconcileAt = 0;
      poked = true;
      wake?.();
    },
    async stop() {
      stopping.abort();
      wake?.();
      await loop;
      await Promise.all(running.values());
      for (const worker of workers.values()) await worker.release().catch(() => undefined);
    },
    async cycle() {
      await look();
      const requests = await Promise.all(running.values());
      return { requests: requests.reduce((sum, count) => sum + count, 0) };
    },
  };
}
