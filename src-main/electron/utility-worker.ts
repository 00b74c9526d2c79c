import { fileURLToPath } from 'node:url';
import type { ForkOptions } from 'electron';
import type { LaunchWorker } from '../core/platform/workers/channel.ts';
import { withoutSecrets } from '../core/platform/workers/environment.ts';
import { heapFlags } from '../core/platform/workers/heap-limits.ts';
import { lowerPriority } from '../core/platform/workers/process.ts';

/** What is used of Electron's UtilityProcess (https://www.electronjs.org/docs/latest/api/utility-process). */
export interface Utility {
  /** Of the process, from `spawn` until its end. */
  readonly pid?: number | undefined;
  on(event: 'spawn', listener: () => void): unknown;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'error', listener: (type: string, location: string) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  postMessage(message: unknown): void;
  kill(): boolean;
}
export type ForkUtility = (modulePath: string, args: string[], options: ForkOptions) => Utility;

/**
 * Launches workers as utility processes: each has its own memory, and its end, however bad, is not the window's. The
 * data goes as the first message, never on the command line or in the environment, where other programs could read it.
 */
export function launchUtility(fork: ForkUtility, env: NodeJS.ProcessEnv = process.env): LaunchWorker {
  const passed = withoutSecrets(env);
  return (name, url, data, limits) => {
    const child = fork(fileURLToPath(url), [], {
      serviceName: `Tracker console: ${name}`,
      env: passed,
      execArgv: heapFlags(limits),
      stdio: 'inherit',
    });
    // Only what reads strangers' files has limits, and it lets the console go first.
    if (limits) child.on('spawn', () => lowerPriority(child.pid));
    child.postMessage(data);
    return {
      post(message, secret) {
        // Copied at once.
        child.postMessage(message);
        secret?.fill(0);
      },
      onMessage: (listener) => void child.on('message', listener as (message: unknown) => void),
      // V8's report is left out: it quotes the environment.
      onError: (listener) =>
        void child.on('error', (type, location) => listener(new Error(`${type} in worker ${name} at ${location}`))),
      onExit: (listener) => void child.on('exit', listener),
      end: () => void child.kill(),
    };
  };
}
