import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { CorruptReportRow } from '../core/fetching/ingest/location-reports-store.ts';
import { callMethods } from '../core/platform/workers/rpc.ts';
import { rpcOver } from '../core/platform/workers/thread.ts';
import type { BasicCredentials } from './simulator/access.ts';
import type { Faults } from './simulator/faults.ts';
import type { TrackerEntry } from './simulator/world.ts';

/** Reports that were published on one day (days since the Unix epoch), ready for ingest but for the Date. */
export interface HistoryDay {
  day: number;
  reports: {
    trackerId: number;
    timestampMs: number;
    publishedAt: number;
    payloadHash: Uint8Array;
    latitude: number;
    longitude: number;
    horizontalAccuracyM: number;
    confidence: number;
    statusByte: number;
    invalidPosition: boolean;
  }[];
  corrupt: CorruptReportRow[];
}

/** Times are epoch milliseconds. */
export interface HistoryQuestion {
  trackerId: number;
  /** Hashed advertisement key, base64. */
  id: string;
  from: number;
  until: number;
}

/** The simulated Find My network, in a thread of its own, so that its encryption does not slow the console. */
export interface SimulatedNetwork {
  url(): Promise<string>;
  /** Public keys and plans. */
  register(entries: readonly TrackerEntry[]): Promise<number>;
  /** What the network holds of these trackers, by the day of publication, oldest first; see `historyByDay`. */
  history(questions: readonly HistoryQuestion[], answerableFrom: number): Promise<HistoryDay[]>;
  stop(): Promise<void>;
}
export const networkMethods = ['url', 'register', 'history', 'stop'] as const;

export interface NetworkWorkerData {
  port: number;
  seed: string | number;
  faults: Faults;
  appleCredentials: BasicCredentials;
  haystackCredentials: BasicCredentials;
  control: MessagePort;
}

/** Starts the thread. Rejects when the network can't listen on its port. */
export async function startNetwork(
  options: Omit<NetworkWorkerData, 'control'> & { workerUrl?: URL | undefined },
): Promise<SimulatedNetwork> {
  const { workerUrl = ownWorkerUrl(), ...data } = options;
  const { port1, port2 } = new MessageChannel();
  const workerData: NetworkWorkerData = { ...data, control: port2 };
  const worker = new Worker(workerUrl, { name: 'find-my-simulator', workerData, transferList: [port2] });
  const failed = new Promise<never>((_, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the simulator stopped')));
  });
  failed.catch(() => port1.close());
  const calls = callMethods<SimulatedNetwork, (typeof networkMethods)[number]>(networkMethods, rpcOver(port1));
  await Promise.race([calls.url(), failed]);
  return {
    url: calls.url,
    register: calls.register,
    history: calls.history,
    async stop() {
      await calls.stop().catch(() => undefined);
      calls.close();
      await worker.terminate();
    },
  };
}

/** Beside this file, or beside or above the bundle that this file became a part of. */
function ownWorkerUrl(): URL {
  const places = import.meta.url.endsWith('.ts')
    ? ['./simulator-worker.ts']
    : ['./demo-simulator.js', '../demo-simulator.js'];
  const found = places.map((place) => new URL(place, import.meta.url)).find((url) => existsSync(fileURLToPath(url)));
  if (!found) throw new Error('the build lacks demo-simulator.js');
  return found;
}
