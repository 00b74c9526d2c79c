import { AppError } from '../errors.ts';
import { enabledSources, nextTurnAt, type SourceRow } from '../repositories/report-source-turns.ts';
import { isOwnTrouble } from './ask-source.ts';
import type { FetcherDeps } from './fetcher-deps.ts';
import { type FetcherSettings, readFetcherSettings } from './fetcher-settings.ts';
import { createQueueKeeper } from './queue-keeper.ts';
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
const NO_KEY = 'waits for the keys: enrol or unlock this console';

/**
 * The fetcher of one console. Any number of them share a schedule by leases, and a source by turns. A killed one leaves
 * nothing behind: its leases and turns lapse.
 */
export function createFetcher(deps: FetcherDeps): Fetcher {
  const stopping = new AbortController();
  const workers = new Map<number, SourceWorker>();
  const running = new Map<number, Promise<number>>();
  const keeper = createQueueKeeper(deps);
  let waiting = false;
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
    await keeper.keep(settings);
    const sources = deps.keys() === null || settings.paused ? [] : await enabledSources(deps.db);
    const enabled = new Set(sources.map((source) => source.id));
    for (const [id, worker] of workers) {
      if (enabled.has(id) || running.has(id)) continue;
      workers.delete(id);
      await worker.release();
    }
    begin(sources, settings);
  }

  /** Lets sources work, as many at once as the settings allow; the one that was asked longest ago is first. */
  function begin(sources: readonly SourceRow[], settings: FetcherSettings): void {
    const now = deps.now().getTime();
    const lastAsked = (source: SourceRow) => source.lastRequestAt?.getTime() ?? 0;
    waiting = false;
    for (const source of [...sources].sort((a, b) => lastAsked(a) - lastAsked(b))) {
      if (running.has(source.id) || stopping.signal.aborted) continue;
      // A source that must rest takes nobody's place: its worker only sees to its claims.
      if (nextTurnAt(source) <= now && running.size >= settings.concurrency) {
        waiting = true;
        continue;
      }
      const worker = workers.get(source.id) ?? new SourceWorker(deps, stopping.signal);
      workers.set(source.id, worker);
      const run = worker.run(source).catch((error: unknown) => {
        report(error, `work on “${source.name}”`);
        return 0;
      });
      running.set(
        source.id,
        run.then((requests) => ended(source.id, requests)),
      );
    }
  }

  /** One that found nothing to do leaves no place that another could use better. */
  function ended(sourceId: number, requests: number): number {
    running.delete(sourceId);
    if (waiting && requests > 0) {
      poked = true;
      wake?.();
    }
    return requests;
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
      keeper.hurry();
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
