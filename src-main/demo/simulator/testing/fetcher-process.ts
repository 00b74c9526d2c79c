import type { FetcherWorkerData } from '../../../core/fetching/worker-data.ts';
import type { WorkerMessage } from '../../../core/platform/workers/protocol.ts';
import { launchThread } from '../../../core/platform/workers/thread.ts';

/**
 * A console's fetcher in a process of its own, for tests that kill it: `fork` this file and send it the worker's data,
 * and the key, in base64, that the worker gets as a message. It sends back what the worker says, and ends with its
 * parent.
 */
export type FetcherProcessData = FetcherWorkerData & { kek: { kekId: number; base64: string } };

process.once('message', ({ kek: { kekId, base64 }, ...data }: FetcherProcessData) => {
  const entry = new URL('../../../../src-worker/fetcher.ts', import.meta.url);
  const worker = launchThread('fetcher', entry, data);
  worker.onMessage((message: WorkerMessage) => process.send?.(message));
  const kek = new Uint8Array(Buffer.from(base64, 'base64'));
  worker.post({ type: 'kek', kek: { kekId, kek } }, kek);
});
process.once('disconnect', () => process.exit(0));
