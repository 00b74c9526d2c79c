import { isMainThread, Worker, workerData } from 'node:worker_threads';

const LOOK_MS = 50;

interface Watched {
  watchedMb: number;
  parent: number;
}

/**
 * Ends this process, from a thread that nothing keeps busy, when it takes more memory than this or the process that
 * started it is gone. V8's limit of the heap doesn't count buffers. `entry` is the process's own, which calls
 * `isWatcher` before anything else.
 */
export function watchMemory(entry: string, memoryMb: number): void {
  const watched: Watched = { watchedMb: memoryMb, parent: process.ppid };
  new Worker(new URL(entry), { workerData: watched, resourceLimits: { maxOldGenerationSizeMb: 16 } }).unref();
}

/** Whether this is the thread that watches; then it does. */
export function isWatcher(): boolean {
  const watched = workerData as Partial<Watched> | null;
  if (isMainThread || watched?.watchedMb === undefined) return false;
  const most = watched.watchedMb * 1024 * 1024;
  setInterval(() => {
    if (process.memoryUsage.rss() > most || process.ppid !== watched.parent) process.kill(process.pid, 'SIGKILL');
  }, LOOK_MS);
  return true;
}
