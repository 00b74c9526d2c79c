import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** Saving all files, or changing branches, is one restart. */
const GATHER_MS = 200;
/** A process that does not end by itself is killed. */
const PATIENCE_MS = 30_000;

export interface RestartingOptions {
  start: () => Promise<ChildProcess>;
  /** Whether a printed line says that the process is ready. */
  isReady: (line: string) => boolean;
  /** Told each line of the process, and what becomes of it. */
  print: (line: string) => void;
}

export interface Restarting {
  /** Ends the process and starts it again; calls that come while one waits are one restart. */
  restart(): void;
  /** Resolves when no start is under way any more: whether the process is ready, or has failed. */
  settled(): Promise<boolean>;
  stop(): Promise<void>;
}

/** Keeps one process running that is started again on request. One that fails waits for the next request. */
export function keepRestarting({ start, isReady, print }: RestartingOptions): Restarting {
  let child: ChildProcess | null = null;
  let stopping = false;
  let isWaiting = false;

  const end = async () => {
    const ended = child;
    child = null;
    if (ended === null || ended.exitCode !== null || ended.signalCode !== null) return;
    const gone = new Promise((resolve) => ended.once('exit', resolve));
    ended.kill('SIGTERM');
    const impatient = setTimeout(() => ended.kill('SIGKILL'), PATIENCE_MS);
    await gone;
    clearTimeout(impatient);
  };

  const begin = async (): Promise<boolean> => {
    if (stopping) return false;
    const begun = await start().catch((error: unknown) => {
      print(error instanceof Error ? error.message : String(error));
      return null;
    });
    if (begun === null) return false;
    child = begun;
    if (stopping) {
      await end();
      return false;
    }
    return new Promise((resolve) => {
      const read = (line: string) => {
        print(line);
        if (isReady(line)) resolve(true);
      };
      for (const stream of [begun.stdout, begun.stderr]) if (stream) createInterface(stream).on('line', read);
      // Once all that it printed has been read.
      begun.once('close', (code, signal) => {
        resolve(false);
        if (child !== begun) return;
        child = null;
        print(`The core ended (${signal ?? `code ${code}`}). It starts again with the next change.`);
      });
    });
  };

  let current = begin();
  return {
    restart() {
      if (isWaiting || stopping) return;
      isWaiting = true;
      // A start under way is let finish: ended in the middle, it could leave half a database behind.
      current = current
        .then(() => sleep(GATHER_MS))
        .then(() => {
          isWaiting = false;
          return end();
        })
        .then(begin);
    },
    async settled() {
      let seen: Promise<boolean>;
      do {
        seen = current;
        await seen;
      } while (seen !== current);
      return child !== null;
    },
    stop() {
      stopping = true;
      return end();
    },
  };
}
