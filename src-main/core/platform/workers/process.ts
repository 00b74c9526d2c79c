import { fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { LaunchWorker } from './channel.ts';
import { withoutSecrets } from './environment.ts';
import { heapFlags } from './heap-limits.ts';

/** A third of the share of a busy machine that the console has (nice, setpriority(2)), so that the console answers first. */
const LOWER_PRIORITY = 5;

/**
 * A worker as a process of its own, for what may end badly: hosts on plain Node use it for strangers' files. The data
 * goes as the first message, and what it prints is left out, since it may quote what it read.
 */
export const launchProcess: LaunchWorker = (_name, url, data, limits) => {
  const child = fork(fileURLToPath(url), [], {
    serialization: 'advanced',
    execArgv: heapFlags(limits),
    env: withoutSecrets(process.env),
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  // Its threads take this over as they begin.
  lowerPriority(child.pid);
  // A message to a process that has just ended fails; its end is told anyway.
  const post = (message: unknown, secret?: Uint8Array) => {
    if (child.connected) child.send(message as object, () => undefined);
    secret?.fill(0);
  };
  post(data);
  return {
    post,
    onMessage: (listener) => void child.on('message', listener as (message: unknown) => void),
    onError: (listener) => void child.on('error', listener),
    onExit: (listener) => void child.on('close', (code) => listener(code ?? 1)),
    end: () => void child.kill('SIGKILL'),
  };
};

/** Lets the console go before a process; without a pid, or where it has ended, nothing. */
export function lowerPriority(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, LOWER_PRIORITY);
  } catch {
    // It has ended already, or the system doesn't let us.
  }
}
