import { fork } from 'node:child_process';
import type { ForkUtility, Utility } from '../utility-worker.ts';

/**
 * Stands in for `utilityProcess.fork` where Electron's binary is missing: a process of its own, structured clone over
 * its channel, and in it `process.parentPort` with Electron's event form.
 */
export const forkStandIn: ForkUtility = (modulePath, args, options) => {
  const child = fork(modulePath, args, {
    serialization: 'advanced',
    execArgv: ['--no-warnings', '--import', new URL('./parent-port-stand-in.ts', import.meta.url).href],
    env: options.env as NodeJS.ProcessEnv,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const on = (event: string, listener: (...args: never[]) => void) =>
    event === 'exit'
      ? child.on('exit', (code, signal) => (listener as (code: number) => void)(code ?? (signal === null ? 0 : 1)))
      : child.on(event, listener as (...args: unknown[]) => void);
  return {
    pid: child.pid,
    on: on as Utility['on'],
    postMessage: (message) => void child.send(message as object),
    kill: () => child.kill(),
  };
};
