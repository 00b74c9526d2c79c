import type { PartState } from '../../../src-shared/contract/part-state.ts';
import { up } from '../../../src-shared/domain/part-state.ts';
import type { KekHolder } from '../keys/data-keys.ts';
import { AppError } from '../platform/errors.ts';
import { isOwnTrouble } from './ask-source.ts';
import type { FetcherDeps } from './fetcher-deps.ts';
import { type FetcherSettings, readFetcherSettings } from './fetcher-settings.ts';
import { judgeWaiting } from './ingest/judge-waiting.ts';
import { SeenPayloads } from './ingest/seen-payloads.ts';
import { createLoginFiles } from './logins/login-files.ts';
import { createQueueKeeper } from './queue-keeper.ts';
import { enabledSources, nextTurnAt, type SourceRow } from './source-turns-store.ts';
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
const JUDGE_WAITING_EVERY_MS = 3_600_000;
const NO_KEY: PartState = { is: 'waits', why: 'It waits for the keys: enrol or unlock this console.' };

/**
 * The fetcher of one console. Any number of them share a schedule by leases, and a source by turns. One that is killed
 * leaves nothing behind: its leases and turns lapse.
 */
export function createFetcher(deps: FetcherDeps): Fetcher {
  const stopping = new AbortController();
  const workers = new Map<number, SourceWorker>();
  const running = new Map<number, Promise<void>>();
  let requestsMade = 0;
  const keeper = createQueueKeeper(deps);
  const held = { logins: createLoginFiles(deps), seen: new SeenPayloads() };
  /** Sources that may be asked, and wait for a place. */
  let waiting: SourceRow[] = [];
  let wake: (() => void) | null = null;
  let poked = false;
  let loop: Promise<void> | null = null;
  let trouble: string | null = null;
  let judgedAt = Number.NEGATIVE_INFINITY;

  const report = (error: unknown, doing: string) => {
    const expected = isOwnTrouble(error);
    trouble = error instanceof AppError ? error.message : 'Unexpected error. See the log.';
    deps.log(expected ? 'warn' : 'error', `fetcher failed to ${doing}`, {
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  };

  async function look(): Promise<void> {
    const settings = await readFetcherSettings(deps.db);
    await keeper.keep(settings);
    await judge();
    const keys = deps.keys();
    const sources = keys === null || settings.paused ? [] : await followedSources(keys);
    const enabled = new Set(sources.map((source) => source.id));
    for (const [id, worker] of workers) {
      if (enabled.has(id) || running.has(id)) continue;
      workers.delete(id);
      await worker.release();
    }
    begin(sources, settings);
  }

  /** The sources that are switched on, with the logins that their files have now. */
  async function followedSources(keys: KekHolder): Promise<SourceRow[]> {
    const sources = await enabledSources(deps.db);
    return (await held.logins.follow(sources, keys)) ? enabledSources(deps.db) : sources;
  }

  /** Reports that were ahead of the clock, once an hour, and after the clock was set back. */
  async function judge(): Promise<void> {
    const keys = deps.keys();
    const now = deps.now().getTime();
    if (keys === null || (now >= judgedAt && now < judgedAt + JUDGE_WAITING_EVERY_MS)) return;
    const stored = await judgeWaiting(deps, keys);
    judgedAt = now;
    if (stored > 0) deps.log('info', 'reports that were ahead of the clock stored', { stored });
  }

  /** Lets sources work, as many at once as the settings allow, beginning with the one that was asked longest ago. */
  function begin(sources: readonly SourceRow[], settings: FetcherSettings): void {
    const now = deps.now().getTime();
    const lastAsked = (source: SourceRow) => source.lastRequestAt?.getTime() ?? 0;
    const idle = sources.filter((source) => !running.has(source.id));
    // A source that must rest takes up no place: its worker only looks after its claims.
    for (const source of idle) if (nextTurnAt(source, now) > now) work(source);
    waiting = idle.filter((source) => nextTurnAt(source, now) <= now).sort((a, b) => lastAsked(a) - lastAsked(b));
    for (let free = settings.concurrency - running.size; free > 0; free--) next();
  }

  /** Gives a free place to the next source: another console may have taken the one before, or nothing was due. */
  function next(): void {
    const source = waiting.shift();
    if (source && !stopping.signal.aborted) work(source);
  }

  function work(source: SourceRow): void {
    const worker = workers.get(source.id) ?? new SourceWorker(deps, held, stopping.signal);
    workers.set(source.id, worker);
    const run = worker.run(source).catch((error: unknown) => {
      report(error, `work on “${source.name}”`);
      return 0;
    });
    const ended = run.then((requests) => {
      requestsMade += requests;
      running.delete(source.id);
      next();
    });
    running.set(source.id, ended);
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

  async function loopOn(): Promise<void> {
    while (!stopping.signal.aborted) {
      trouble = null;
      await look().catch((error: unknown) => report(error, 'look for work'));
      const failed = trouble !== null;
      const able = deps.keys() === null ? NO_KEY : up;
      deps.onState?.(trouble === null ? able : { is: 'waits', why: trouble });
      await sleep(failed ? AFTER_ERROR_MS : LOOK_EVERY_MS);
    }
  }

  return {
    start() {
      loop ??= loopOn();
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
      waiting = [];
      await Promise.all(running.values());
      for (const worker of workers.values()) await worker.release().catch(() => undefined);
    },
    async cycle() {
      await look();
      const before = requestsMade;
      while (running.size > 0) await Promise.all(running.values());
      return { requests: requestsMade - before };
    },
  };
}
