import { describe, expect, it } from 'vitest';
import { channels } from './channels.ts';
import { createShell } from './shell-bridge.ts';

describe('window.shell', () => {
  const invoked: unknown[][] = [];
  const heard = new Map<string, Set<(event: unknown, value: unknown) => void>>();
  const shell = createShell(
    {
      async invoke(...args) {
        invoked.push(args);
        return 'answer';
      },
      on: (channel, listener) => (heard.get(channel) ?? heard.set(channel, new Set()).get(channel)!).add(listener),
      off: (channel, listener) => heard.get(channel)?.delete(listener),
    },
    channels,
    'linux',
  );

  it('has the members of the contract and no way to another channel', () => {
    expect(Object.keys(shell).sort()).toEqual(
      ['notify', 'onCommand', 'onLock', 'platform', 'print', 'saveDownload'].sort(),
    );
    expect(Object.values(shell).every((member) => typeof member === 'function' || member === 'linux')).toBe(true);
  });

  it('asks on its own channels', async () => {
    await shell.saveDownload('/api/v1/x', 'x.csv');
    await shell.notify('a', 'b');
    await shell.print();
    expect(invoked).toEqual([
      [channels.saveDownload, '/api/v1/x', 'x.csv'],
      [channels.notify, 'a', 'b'],
      [channels.print],
    ]);
  });

  it('calls listeners with the value alone, and stops when told', () => {
    const got: unknown[][] = [];
    const stop = shell.onLock((...args) => got.push(args));
    const emit = () => {
      for (const listener of heard.get(channels.locked) ?? []) listener({ sender: 'ipcRenderer' }, 'idle');
    };
    emit();
    stop();
    emit();
    expect(got).toEqual([['idle']]);
  });
});
