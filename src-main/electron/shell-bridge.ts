import type { Shell } from '../../src-shared/contract/shell.ts';
import type { channels as channelNames } from './channels.ts';

/** What is used of Electron's ipcRenderer. */
export interface Ipc {
  invoke(channel: string, ...args: unknown[]): Promise<unknown>;
  on(channel: string, listener: (event: unknown, value: unknown) => void): unknown;
  off(channel: string, listener: (event: unknown, value: unknown) => void): unknown;
}

/** `window.shell` over IPC. Listeners of the page are called with the value alone: an event would carry the sender. */
export function createShell(ipc: Ipc, channels: typeof channelNames, platform: Shell['platform']): Shell {
  const listen = (channel: string, listener: (value: never) => void) => {
    const passOn = (_event: unknown, value: unknown) => listener(value as never);
    ipc.on(channel, passOn);
    return () => void ipc.off(channel, passOn);
  };
  return {
    platform,
    saveDownload: (apiPath, suggestedName) =>
      ipc.invoke(channels.saveDownload, apiPath, suggestedName) as Promise<string | null>,
    notify: (title, body) => ipc.invoke(channels.notify, title, body) as Promise<void>,
    print: () => ipc.invoke(channels.print) as Promise<boolean>,
    onLock: (listener) => listen(channels.locked, listener),
    onCommand: (listener) => listen(channels.command, listener),
  };
}
