import type { HostMessage, WorkerMessage } from './protocol.ts';

/** The host's end of a running worker, whatever carries it: a thread, or a utility process of the desktop. */
export interface WorkerHandle<In = HostMessage, Out = WorkerMessage> {
  /** @param secret part of the message that is handed over: nothing of it stays on this side */
  post(message: In, secret?: Uint8Array<ArrayBuffer>): void;
  onMessage(listener: (message: Out) => void): void;
  /** It failed; `onExit` follows. */
  onError(listener: (error: unknown) => void): void;
  onExit(listener: (code: number) => void): void;
  /** Ends it at once. */
  end(): void;
}

/** Starts a worker's entry with its data. A start that fails tells `onError` and `onExit`. */
export type LaunchWorker = <In = HostMessage, Out = WorkerMessage>(
  name: string,
  url: URL,
  data: unknown,
  limits?: { heapMb: number },
) => WorkerHandle<In, Out>;

/** The worker's own end. */
export interface WorkerParent<Data, In = HostMessage, Out = WorkerMessage> {
  readonly data: Data;
  say(message: Out): void;
  onMessage(listener: (message: In) => void): void;
  /** Stops speaking and listening, so that the worker can end. */
  close(): void;
}

/** The side of a conversation (rpc.ts) that answers calls. */
export interface RpcServerPort {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** The side that calls. */
export interface RpcPort extends RpcServerPort {
  onClose(listener: () => void): void;
  close(): void;
}
