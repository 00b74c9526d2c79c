import { workerData } from 'node:worker_threads';
import { serveMethods } from '../core/platform/workers/rpc.ts';
import { rpcOver } from '../core/platform/workers/thread.ts';
import { historyByDay } from './history.ts';
import { type NetworkWorkerData, networkMethods, type SimulatedNetwork } from './network.ts';
import { noFaults } from './simulator/faults.ts';
import { createSimulator } from './simulator/simulator.ts';

// Entry of the thread that the demo's simulated network runs in.
const { control, port, seed, faults, appleCredentials, haystackCredentials } = workerData as NetworkWorkerData;

const simulator = await createSimulator({
  port,
  seed,
  baseFaults: noFaults,
  faults,
  appleCredentials,
  haystackCredentials,
  anisette: 'issued',
});
const network: SimulatedNetwork = {
  url: async () => simulator.url,
  register: async (entries) => simulator.registerTrackers(entries),
  history: async (questions, answerableFrom) => historyByDay(simulator, questions, answerableFrom),
  stop: () => simulator.close(),
};
serveMethods(network, networkMethods, rpcOver(control));
