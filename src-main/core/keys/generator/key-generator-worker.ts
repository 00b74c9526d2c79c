import { AppError } from '../../platform/errors.ts';
import type { WorkerHandle } from '../../platform/workers/channel.ts';
import { copySecret } from '../secret-bytes.ts';
import type { GenerateAnswer, GenerateRequest, KeyBatchPart } from './generate-keys.ts';

export interface KeyGeneratorWorker {
  /** One part, made in the order of the requests; made anew after a crash, unless `over`. */
  ask(request: GenerateRequest, over: AbortSignal): Promise<KeyBatchPart>;
  /** Ends the worker; the next request starts another. */
  close(): Promise<void>;
}

type Handle = WorkerHandle<GenerateRequest, GenerateAnswer>;
interface Waiting extends PromiseWithResolvers<KeyBatchPart> {
  request: GenerateRequest;
  over: AbortSignal;
}

/** Crashes in a row, without an answer between them. */
const MAX_CRASHES = 3;
/** A process takes some 50 MB while it waits for another batch. */
const IDLE_MS = 60_000;

/** The host's end of one worker that makes key pairs: starts it when it is needed, and again when it crashes. */
export function keyGeneratorWorker(options: {
  start: () => Handle;
  onRestart: (reason: unknown) => void;
  restartMs: number;
}): KeyGeneratorWorker {
  let worker: Handle | null = null;
  /** Answers come in the order of the requests. */
  let waiting: Waiting[] = [];
  let crashes = 0;
  let restart: NodeJS.Timeout | null = null;
  let idle: NodeJS.Timeout | undefined;

  const rejectAll = (error: AppError) => {
    for (const one of waiting.splice(0)) one.reject(error);
  };
  const post = (to: Handle, { request }: Waiting) => {
    const dataKey = copySecret(request.dataKey);
    to.post({ ...request, dataKey }, dataKey);
  };
  const launch = () => {
    restart = null;
    for (const one of waiting) if (one.over.aborted) one.reject(gone());
    waiting = waiting.filter((one) => !one.over.aborted);
    if (waiting.length === 0) return;
    const made = options.start();
    worker = made;
    let cause: unknown = null;
    made.onMessage((answer) => {
      if (worker !== made) return;
      crashes = 0;
      const one = waiting.shift();
      if (answer.ok) one?.resolve(answer);
      else one?.reject(new AppError('internal', answer.message));
      if (waiting.length === 0) idle = setTimeout(end, IDLE_MS).unref();
    });
    made.onError((error) => {
      cause = error;
    });
    made.onExit((code) => {
      if (worker === made) crashed(cause ?? new Error(`exit code ${code}`));
    });
    for (const one of waiting) post(made, one);
  };
  const crashed = (cause: unknown) => {
    worker = null;
    clearTimeout(idle);
    if (waiting.length === 0) return;
    crashes++;
    if (crashes < MAX_CRASHES) {
      options.onRestart(cause);
      restart = setTimeout(launch, options.restartMs * crashes);
      return;
    }
    crashes = 0;
    rejectAll(new AppError('internal', 'The key generator stopped unexpectedly. Start the batch again.', { cause }));
  };
  const end = () => {
    const running = worker;
    worker = null;
    running?.end();
  };
  return {
    ask(request, over) {
      const one: Waiting = { request, over, ...Promise.withResolvers<KeyBatchPart>() };
      clearTimeout(idle);
      waiting.push(one);
      if (worker) post(worker, one);
      else if (!restart) launch();
      return one.promise;
    },
    async close() {
      const running = worker;
      if (restart) clearTimeout(restart);
      restart = null;
      clearTimeout(idle);
      rejectAll(gone());
      const ended = new Promise<void>((resolve) => (running ? running.onExit(() => resolve()) : resolve()));
      end();
      await ended;
    },
  };
}

const gone = () => new AppError('unavailable', 'The key generator is shut down.');
