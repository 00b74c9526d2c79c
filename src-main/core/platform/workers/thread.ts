import { type MessagePort, Worker } from 'node:worker_threads';
import type { LaunchWorker, RpcPort } from './channel.ts';
import { YOUNG_MB } from './heap-limits.ts';

/** A worker as a thread of this process: what every host without utility processes uses. */
export const launchThread: LaunchWorker = (name, url, data, limits) => {
  const old = limits ? { maxOldGenerationSizeMb: limits.heapMb } : {};
  const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MB, ...old };
  const thread = new Worker(url, { name, workerData: data, resourceLimits });
  return {
    // Moved, not copied.
    post: (message, secret) => thread.postMessage(message, secret ? [secret.buffer] : []),
    onMessage: (listener) => void thread.on('message', listener),
    onError: (listener) => void thread.on('error', listener),
    onExit: (listener) => void thread.on('exit', listener),
    end: () => void thread.terminate(),
  };
};

/** Calls over a port between two threads. */
export const rpcOver = (port: MessagePort): RpcPort => ({
  post: (message) => port.postMessage(message),
  onMessage: (listener) => void port.on('message', listener),
  onClose: (listener) => void port.on('close', listener),
  close: () => port.close(),
});
