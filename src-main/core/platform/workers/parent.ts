import { parentPort, workerData } from 'node:worker_threads';
import type { RpcPort, WorkerParent } from './channel.ts';
import type { HostMessage, WorkerMessage } from './protocol.ts';

/** `process.parentPort` of Electron's utility process (https://www.electronjs.org/docs/latest/api/parent-port). */
interface UtilityParentPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
  postMessage(message: unknown): void;
}

/**
 * The host, as a worker's entry sees it, in a thread as in a process. A thread is given its data when it is made; a
 * process gets it as its first message. Throws when the entry runs as neither.
 */
export async function workerParent<Data, In = HostMessage, Out = WorkerMessage>(): Promise<
  WorkerParent<Data, In, Out>
> {
  const utility = (process as { parentPort?: UtilityParentPort }).parentPort;
  if (utility) return utilityParent<Data, In, Out>(utility);
  const port = parentPort;
  if (!port && process.send) return utilityParent<Data, In, Out>(parentProcess());
  if (!port) throw new Error('this is the entry of a worker: a host starts it');
  let isHeard = false;
  return {
    data: workerData as Data,
    say: (message) => port.postMessage(message),
    onMessage(listener) {
      // With the first listener, and not before: what came until then is kept for it.
      if (!isHeard) port.on('message', (message) => isPing(message) && port.postMessage(PONG));
      isHeard = true;
      port.on('message', (message) => {
        if (!isPing(message)) listener(message);
      });
    },
    close: () => port.close(),
  };
}

/** Whoever hears it is at work; it is no worker's own concern. */
const isPing = (message: unknown): boolean => (message as { type?: unknown } | null)?.type === 'ping';
const PONG: WorkerMessage = { type: 'pong' };

/** Calls to what the host lends to this worker, carried inside the worker's own messages. */
export function hostCalls(host: Pick<WorkerParent<unknown>, 'say' | 'onMessage'>): RpcPort {
  const closing: (() => void)[] = [];
  return {
    post: (message) => host.say({ type: 'rpc', message }),
    onMessage: (listener) =>
      host.onMessage((message) => {
        if (message.type === 'rpc') listener(message.message);
      }),
    onClose: (listener) => void closing.push(listener),
    close: () => {
      for (const listener of closing.splice(0)) listener();
    },
  };
}

/** The channel of a forked process (launchProcess), as a utility process has it. Without its host it has no use. */
function parentProcess(): UtilityParentPort {
  process.on('disconnect', () => process.exit(0));
  return {
    on: (_event, listener) => void process.on('message', (data) => listener({ data })),
    postMessage: (message) => void process.send?.(message),
  };
}

function utilityParent<Data, In, Out>(port: UtilityParentPort): Promise<WorkerParent<Data, In, Out>> {
  const listeners: ((message: In) => void)[] = [];
  const early: In[] = [];
  return new Promise((resolve) => {
    let started = false;
    port.on('message', ({ data }) => {
      if (!started) {
        started = true;
        resolve({
          data: data as Data,
          say: (message) => port.postMessage(message),
          onMessage(listener) {
            listeners.push(listener);
            for (const message of early.splice(0)) listener(message);
          },
          // The port keeps a utility process alive and can't be closed: the process ends itself, once this turn's
          // messages are on their way.
          close: () => void setTimeout(() => process.exit(0), 50),
        });
        return;
      }
      if (isPing(data)) return port.postMessage(PONG);
      if (listeners.length === 0) early.push(data as In);
      for (const listener of listeners) listener(data as In);
    });
  });
}
