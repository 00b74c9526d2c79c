import type { ProblemCode } from '../../../../src-shared/contract/problem.ts';
import { AppError } from '../errors.ts';
import type { RpcPort, RpcServerPort } from './channel.ts';

interface Call {
  id: number;
  method: string;
  args: unknown[];
}
type Answer =
  | { id: number; ok: true; value: unknown }
  | { id: number; ok: false; code: ProblemCode | null; message: string };

/**
 * Serves the named methods of `target` to the other end of a port; others are refused. An AppError arrives as one, by
 * code and message; of any other error only the message is sent.
 */
export function serveMethods<T extends object>(
  target: T,
  methods: readonly (keyof T & string)[],
  port: RpcServerPort,
): void {
  const allowed = new Set<string>(methods);
  port.onMessage(async (message) => {
    const { id, method, args } = message as Call;
    let answer: Answer;
    try {
      if (!allowed.has(method)) throw new Error(`${method} can't be called from another thread`);
      const call = target[method as keyof T] as (...args: unknown[]) => Promise<unknown>;
      answer = { id, ok: true, value: await call.apply(target, args) };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      answer = { id, ok: false, code: error instanceof AppError ? error.code : null, message };
    }
    port.post(answer);
  });
}

/**
 * Calls the named methods over a port. Once it is closed, from here or from there, calls that wait reject with AppError
 * `unavailable`, as do those made later.
 */
export function callMethods<T extends object, K extends keyof T & string>(
  methods: readonly K[],
  port: RpcPort,
): Pick<T, K> & { close(): void } {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  let closed = false;
  const gone = () => new AppError('unavailable', 'The console is stopping. Try again in a moment.');
  port.onMessage((message) => {
    const answer = message as Answer;
    const call = waiting.get(answer.id);
    if (!call) return;
    waiting.delete(answer.id);
    if (answer.ok) call.resolve(answer.value);
    else call.reject(answer.code === null ? new Error(answer.message) : new AppError(answer.code, answer.message));
  });
  port.onClose(() => {
    closed = true;
    for (const call of waiting.values()) call.reject(gone());
    waiting.clear();
  });
  const call =
    (method: K) =>
    (...args: unknown[]) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(gone());
        const id = ++lastId;
        waiting.set(id, { resolve, reject });
        const message: Call = { id, method, args };
        port.post(message);
      });
  const proxy = Object.fromEntries(methods.map((method) => [method, call(method)]));
  return Object.assign(proxy as unknown as Pick<T, K>, { close: () => port.close() });
}
