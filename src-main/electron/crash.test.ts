import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { handleCrashes } from './crash.ts';

function desktop(answers: number[] = []) {
  const did: string[] = [];
  const app = new EventEmitter();
  const webContents = Object.assign(new EventEmitter(), {
    reload: () => did.push('reload'),
    forcefullyCrashRenderer: () => did.push('end the page'),
  });
  const window = Object.assign(new EventEmitter(), { webContents });
  const clock = { now: 0 };
  handleCrashes({
    app: app as never,
    window: window as never,
    log: { error: (_fields: unknown, text?: string) => did.push(`log: ${text}`), warn: () => undefined } as never,
    now: () => clock.now,
    ask: async (message) => {
      did.push(message);
      return answers.shift() ?? 0;
    },
    quit: () => did.push('quit'),
  });
  const crash = async (reason = 'crashed') => {
    webContents.emit('render-process-gone', {}, { reason, exitCode: 5 });
    await Promise.resolve();
  };
  const done = () => did.filter((one) => !one.startsWith('log:'));
  return { app, window, clock, crash, did, done };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a window that fails', () => {
  it('is loaded again by itself three times within five minutes, then the person decides', async () => {
    const { crash, done, clock } = desktop([1]);
    for (let i = 0; i < 3; i++) await crash(i === 1 ? 'oom' : 'crashed');
    expect(done()).toEqual(['reload', 'reload', 'reload']);
    clock.now = 60_000;
    await crash();
    await settled();
    expect(done().slice(3)).toEqual(['The window keeps crashing.', 'quit']);
  });

  it('is loaded again by itself when the crashes are far apart', async () => {
    const { crash, done, clock } = desktop();
    for (let i = 0; i < 6; i++) {
      clock.now = i * 301_000;
      await crash();
    }
    expect(done()).toEqual(Array(6).fill('reload'));
  });

  it('is left alone when it ended in order', async () => {
    const { crash, did } = desktop();
    await crash('clean-exit');
    expect(did).toEqual([]);
  });

  it('is waited for or ended when it hangs, and asked about once at a time', async () => {
    const { window, done } = desktop([0, 1]);
    window.emit('unresponsive');
    window.emit('unresponsive');
    await settled();
    expect(done()).toEqual(['The window does not respond.']);
    window.emit('unresponsive');
    await settled();
    expect(done()).toEqual(['The window does not respond.', 'The window does not respond.', 'end the page']);
  });

  it('is told apart from a helper, which is only logged', () => {
    const { app, did } = desktop();
    app.emit('child-process-gone', {}, { type: 'GPU', reason: 'crashed', exitCode: 9 });
    app.emit('child-process-gone', {}, { type: 'Utility', reason: 'clean-exit', exitCode: 0 });
    expect(did).toEqual(['log: a helper process is gone']);
  });
});
