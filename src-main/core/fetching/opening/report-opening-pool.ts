import { Worker } from 'node:worker_threads';
import { KEY_BYTES } from '../../../../src-shared/domain/find-my/keys.ts';
import { SEALED_BYTES } from '../../../../src-shared/domain/find-my/payload.ts';
import type { OpenedReports } from './sealed-reports.ts';

/** Opens sealed reports as `openSealed` does, elsewhere: ECDH, and what follows from it. */
export interface ReportOpeningPool {
  /** Takes over the scalars: they are zeroed here and where they were used. */
  open(scalars: Uint8Array<ArrayBuffer>, sealed: Uint8Array<ArrayBuffer>): Promise<OpenedReports>;
  close(): Promise<void>;
}

export interface OpeningRequest {
  id: number;
  scalars: Uint8Array<ArrayBuffer>;
  sealed: Uint8Array<ArrayBuffer>;
}
export type OpeningAnswer = { id: number } & (
  | ({ ok: true } & { answer: OpenedReports })
  | { ok: false; message: string }
);

/** Smaller shares gain little from the inversion that they have in common. */
const SMALLEST_PART = 128;

/**
 * Threads that do nothing but open reports, so that this takes more than one core; they share each call. They start with
 * the first use. When one fails, its requests reject, and the next use starts another.
 */
export function createReportOpeningPool(options: { workerUrl: URL; threads: number }): ReportOpeningPool {
  const threads = Array.from({ length: Math.max(1, options.threads) }, () => createThread(options.workerUrl));
  return {
    async open(scalars, sealed) {
      const count = scalars.length / KEY_BYTES;
      const size = Math.max(SMALLEST_PART, Math.ceil(count / threads.length));
      const parts: Promise<OpenedReports>[] = [];
      for (let from = 0; from < count; from += size) {
        const idlest = threads.reduce((best, thread) => (thread.load() < best.load() ? thread : best));
        const part = scalars.slice(from * KEY_BYTES, (from + size) * KEY_BYTES);
        parts.push(idlest.ask(part, sealed.slice(from * SEALED_BYTES, (from + size) * SEALED_BYTES)));
      }
      scalars.fill(0);
      const opened = await Promise.all(parts);
      return {
        plaintexts: joined(opened.map((one) => one.plaintexts)),
        states: joined(opened.map((one) => one.states)),
      };
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function createThread(workerUrl: URL) {
  let worker: Worker | null = null;
  let lastId = 0;
  const waiting = new Map<number, PromiseWithResolvers<OpenedReports>>();
  const fail = (dead: Worker, error: Error) => {
    if (worker !== dead) return;
    worker = null;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const launch = () => {
    const started = new Worker(workerUrl);
    started.on('message', (answer: OpeningAnswer) => {
      const call = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (answer.ok) call?.resolve(answer.answer);
      else call?.reject(new Error(answer.message));
    });
    started.on('error', (error) => fail(started, error instanceof Error ? error : new Error(String(error))));
    started.on('exit', () => fail(started, new Error('the thread that opens reports ended')));
    // Waiting for work doesn't keep the process alive.
    started.unref();
    return started;
  };
  return {
    load: () => waiting.size,
    ask(scalars: Uint8Array<ArrayBuffer>, sealed: Uint8Array<ArrayBuffer>): Promise<OpenedReports> {
      worker ??= launch();
      const call = Promise.withResolvers<OpenedReports>();
      const request: OpeningRequest = { id: ++lastId, scalars, sealed };
      waiting.set(request.id, call);
      worker.postMessage(request, [scalars.buffer, sealed.buffer]);
      return call.promise;
    },
    async close() {
      await worker?.terminate();
    },
  };
}
