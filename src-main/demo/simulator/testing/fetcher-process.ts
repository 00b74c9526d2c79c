import { Worker } from 'node:worker_threads';
import type { FetcherWorkerData } from '../../../core/fetching/worker-data.ts';
import type { WorkerMessage } from '../../../core/platform/workers/protocol.ts';

/**
 * A console's fetcher in a process of its own, for tests that kill it: `fork` this file and send it the worker's data,
 * the key in base64. It sends back what the worker says, and ends with its parent.
 */
export type FetcherProcessData = Omit<FetcherWorkerData, 'kek'> & { kek: { kekId: number; base64: string } };

process.once('message', ({ kek, ...data }: FetcherProcessData) => {
  const workerData = { ...data, kek: { kekId: kek.kekId, kek: new Uint8Array(Buffer.from(kek.base64, 'base64')) } };
  const worker = new Worker(new URL('../../../../src-worker/fetcher.ts', import.meta.url), { workerData });
  worker.on('message', (message: WorkerMessage) => process.send?.(message));
});
process.once('disconnect', () => process.exit(0));
