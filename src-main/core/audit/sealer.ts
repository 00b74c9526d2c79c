import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Queryable } from '../platform/db/queryable.ts';
import { onAppended, sealSome } from './append-store.ts';

/** Entries that a transaction seals: a hundredth of a second or so. */
const PAGE = 1000;
/** What is written within this time is sealed together. */
const SOON_MS = 300;
/** While another console seals, or the database refuses. */
const AGAIN_MS = 250;
const LONGEST_MS = 60_000;
/** What a console that died has left is sealed within this time by those that are idle, too. */
const LEFT_MS = 60_000;

export interface Sealer {
  /** Seals what is written, for so long at most, and ends. */
  stop(): Promise<void>;
}

/**
 * Chains the entries of the audit log shortly after they were written, for as long as the console runs; what others have left
 * once a minute. One console seals at a time; the others try again until nothing is left.
 */
export function startSealer({ db, log }: { db: Queryable; log: Logger }): Sealer {
  let timer: NodeJS.Timeout | undefined;
  let dueAt = Number.POSITIVE_INFINITY;
  let working: Promise<void> | null = null;
  let isStopped = false;
  let failures = 0;
  /** Later than what is due already changes nothing. */
  const inMs = (ms: number) => {
    const at = performance.now() + ms;
    if (isStopped || at >= dueAt) return;
    clearTimeout(timer);
    dueAt = at;
    timer = setTimeout(async () => {
      await working;
      dueAt = Number.POSITIVE_INFINITY;
      if (!isStopped) working = work();
    }, ms);
    timer.unref();
  };
  const work = async () => {
    try {
      const sealed = await sealSome(db, PAGE);
      failures = 0;
      if (sealed === null) inMs(AGAIN_MS * (1 + Math.random()));
      else if (sealed === PAGE) inMs(0);
    } catch (error) {
      if (failures++ === 0) log.warn({ err: error }, 'the audit log waits to be sealed');
      inMs(Math.min(LONGEST_MS, AGAIN_MS * 2 ** failures));
    }
  };
  const unlisten = onAppended(() => inMs(SOON_MS));
  const left = setInterval(() => inMs(0), LEFT_MS);
  left.unref();
  inMs(0);
  return {
    async stop() {
      isStopped = true;
      unlisten();
      clearInterval(left);
      clearTimeout(timer);
      await working;
      await sealAll(db).catch((error: unknown) =>
        log.warn({ err: error }, 'the audit log is sealed at the next start'),
      );
    },
  };
}

/** Seals what is written by now, before it is looked at; false when that took longer than it may. */
export async function sealAll(db: Queryable, withinMs = 2000): Promise<boolean> {
  const until = performance.now() + withinMs;
  for (;;) {
    const sealed = await sealSome(db, PAGE);
    if (sealed !== null && sealed < PAGE) return true;
    if (performance.now() > until) return false;
    if (sealed === null) await sleep(20);
  }
}
